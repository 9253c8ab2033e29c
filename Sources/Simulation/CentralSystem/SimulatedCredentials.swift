import ChargePointCore
import OCPP

/// What the Central System demands of whoever connects, while it raises the security profile and changes the password, and what it makes
/// of the answers: real ones take the change back, insist on it, or allow both for a while.
struct SimulatedCredentials: Sendable {
    /// Every one of these is let in.
    private var profiles: Set<Int> = [0]
    private var keys: Set<String> = [""]
    /// The change whose answer is awaited.
    private var asked: (id: MessageId, Change)?
    private var changes = 0

    private enum Change {
        case profile(Int)
        case key(String)
    }

    func admits(_ credentials: LinkCredentials) -> Bool {
        profiles.contains(credentials.securityProfile)
            && (![1, 2].contains(credentials.securityProfile) || keys.contains(credentials.authorizationKey))
    }

    /// - Returns: nil while a change is under way.
    mutating func nextChange(_ numbers: inout SeededNumbers) -> (id: MessageId, request: ChangeConfiguration)? {
        guard asked == nil else { return nil }
        changes += 1
        let id = MessageId("credentials-\(changes)")
        let highest = profiles.max() ?? 0
        if numbers.chance(0.5), highest < 3, keys != [""] {
            let profile = highest + 1 + numbers.below(3 - highest)
            // Until it is answered nobody knows with which of the two it comes back.
            profiles.insert(profile)
            asked = (id, .profile(profile))
            return (id, ChangeConfiguration(key: "SecurityProfile", value: CiString(truncating: "\(profile)")))
        }
        let key = "password, number \(changes)"
        keys.insert(key)
        asked = (id, .key(key))
        return (id, ChangeConfiguration(key: "AuthorizationKey", value: CiString(truncating: key)))
    }

    mutating func answered(_ id: MessageId, _ status: ConfigurationStatus, _ numbers: inout SeededNumbers) {
        guard let (asked, change) = asked, asked == id else { return }
        self.asked = nil
        let isAccepted = status == .accepted
        // A password that no profile shows is not tried: there is no way back from it.
        let isTried = profiles.isDisjoint(with: [0, 3])
        switch change {
        case .profile(let profile):
            let former = profiles.subtracting([profile])
            profiles = !isAccepted ? former : numbers.pick([[profile], former, profiles])
        case .key(let key):
            let former = keys.subtracting([key])
            keys = !isAccepted ? former : isTried ? numbers.pick([[key], former, keys]) : keys
        }
    }

    /// The answer will never come: both stay allowed.
    mutating func connectionLost() { asked = nil }
}
