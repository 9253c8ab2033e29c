import ChargePointCore
import OCPP
import Units

extension Timestamp {
    /// 2026-11-22T09:00:00Z: when every world begins.
    static let begin = Timestamp(seconds: 1_795_338_000)
}

extension ConnectorProfile {
    /// A socket outlet with a lock and a three-phase meter that measures everything a meter can.
    static func socket(_ id: Int) -> ConnectorProfile {
        ConnectorProfile(
            id: id, maximumCurrent: 16, phases: .three, outlet: .socket, hasLock: true,
            meter: MeterProfile(quantities: Set(MeterProfile.Quantity.allCases), phases: .three))
    }

    /// A tethered cable: nothing to lock.
    static func cable(_ id: Int) -> ConnectorProfile {
        ConnectorProfile(
            id: id, maximumCurrent: 32, phases: .one, outlet: .cable,
            meter: MeterProfile(quantities: [.power, .current, .voltage], phases: .one))
    }
}

extension BoardProfile {
    static func sockets(_ count: Int, hasLamp: Bool = false) -> BoardProfile {
        BoardProfile(model: "Test", connectors: (1...count).map(ConnectorProfile.socket), hasLamp: hasLamp)
    }
    static let cable = BoardProfile(model: "Test", connectors: [.cable(1)])
}

extension ChargePointSettings {
    static func test(_ board: BoardProfile = .sockets(1)) -> ChargePointSettings {
        ChargePointSettings(
            board: board, identity: BootNotification(chargePointVendor: "Example", chargePointModel: "Test"), hasCentralSystem: true
        )
    }
}

extension IdToken {
    static let card: IdToken = "04A2B3C4"
    static let other: IdToken = "0BADCAFE"
    static let colleague: IdToken = "C011EA6E"
    static let group: IdToken = "FLEET"
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
