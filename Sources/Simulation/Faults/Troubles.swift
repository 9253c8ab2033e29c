/// What may go wrong in a world.
public enum Trouble: String, Sendable, CaseIterable {
    // Per commit.
    case commitFailure, powerLossAtCommit
    /// Between any two steps of the shell.
    case powerLoss

    // Per frame, either way.
    case slowFrame, lostFrame
    /// The connection ends, with all that is under way.
    case cut
    /// Frames vanish and nobody notices.
    case halfOpen

    // Per request that the Central System answers.
    case silence, callError, unusableAnswer, repeatedAnswer, refusedCard
    /// BootNotification answered with Pending or Rejected.
    case refusedBoot

    // Per step.
    case centralSystemRequest, garbage, boardFault, contactorFailure, lockFailure, readerFailure, pilotFault, clockJump
    /// The meter says nothing, or what cannot be.
    case silentMeter, falseMeter
    /// Another meter, between two sessions.
    case replacedMeter
    /// The Central System limits current over time.
    case chargingProfile
}

/// How often what goes wrong in one world; drawn from the seed, so that some worlds have one trouble only and some have all.
struct Troubles: Sendable {
    private var rates: [Trouble: Double] = [:]

    static let none = Troubles()

    private init() {}

    init(_ numbers: inout SeededNumbers) {
        for trouble in Trouble.allCases where trouble != .chargingProfile {
            // Half of the worlds are spared this trouble; the others know it rarely or often.
            let (isSpared, share) = (numbers.chance(0.5), Double(1 + numbers.below(100)) / 100)
            if !isSpared { rates[trouble] = trouble.most * share }
        }
        // Without drawing for it, so that the other troubles stay as they were.
        var copy = numbers
        if copy.chance(0.5) { rates[.chargingProfile] = Trouble.chargingProfile.most * Double(1 + copy.below(100)) / 100 }
    }

    subscript(_ trouble: Trouble) -> Double { rates[trouble] ?? 0 }

    func without(_ spared: Set<Trouble>) -> Troubles {
        var troubles = self
        for trouble in spared { troubles.rates[trouble] = nil }
        return troubles
    }
}

extension Trouble {
    /// The chance in the worst of worlds.
    fileprivate var most: Double {
        switch self {
        case .powerLoss: 0.003
        case .halfOpen, .garbage, .contactorFailure, .lockFailure, .readerFailure, .pilotFault, .replacedMeter: 0.02
        case .boardFault, .silentMeter, .clockJump: 0.03
        case .lostFrame, .cut, .falseMeter: 0.05
        case .powerLossAtCommit: 0.08
        case .silence, .unusableAnswer: 0.1
        case .commitFailure, .slowFrame, .callError: 0.15
        case .repeatedAnswer, .centralSystemRequest, .chargingProfile: 0.2
        case .refusedCard: 0.3
        case .refusedBoot: 0.4
        }
    }
}
