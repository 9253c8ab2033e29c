import ChargePointCore
import OCPP
import Units

extension Record {
    /// When what the record tells of happened, for records that carry a time.
    var time: RecordedTime? {
        switch self {
        case .transactionBegan(let start): start.time
        case .transactionAlive(_, _, let time): time
        case .transactionEnded(let end): end.time
        case .meterValues(_, _, let sample), .transactionData(_, let sample): sample.time
        case .securityEvent(let entry): entry.time
        case .transactionDeauthorised, .transactionDataThinned, .messageAttempted, .startConfirmed, .messageDelivered,
            .messageParked,
            .messageResent, .cacheUpdated, .cacheCleared, .ownCardSaved, .ownCardRemoved, .localListUpdated, .reservationMade,
            .reservationEnded, .configurationChanged, .fileValueSeen, .availabilityChanged, .registrationAccepted,
            .chargingProfileInstalled, .chargingProfilesRemoved, .meterValuesThinned, .clockBecameKnown, .trialBegan,
            .trialEnded, .clientCertificateChosen, .securityEventSettled, .securityLogCleared, .firmwareUpdateChanged:
            nil
        }
    }

    /// Whether the disk space held back may be used: ends of sessions, and answers, which make room.
    var mayUseReserve: Bool {
        switch self {
        case .transactionEnded, .startConfirmed, .messageDelivered: true
        case .transactionBegan, .transactionAlive, .transactionDeauthorised, .meterValues, .transactionData,
            .transactionDataThinned,
            .messageAttempted, .messageParked, .messageResent, .cacheUpdated, .cacheCleared, .ownCardSaved, .ownCardRemoved,
            .localListUpdated, .reservationMade, .reservationEnded, .configurationChanged, .fileValueSeen,
            .availabilityChanged, .chargingProfileInstalled, .chargingProfilesRemoved, .registrationAccepted,
            .meterValuesThinned, .clockBecameKnown, .trialBegan, .trialEnded, .clientCertificateChosen, .securityEvent,
            .securityEventSettled, .securityLogCleared, .firmwareUpdateChanged:
            false
        }
    }

    /// Whether the ledger grows by it, with no end in sight: what is not recorded while the reserve is not whole.
    var takesSpace: Bool {
        switch self {
        case .transactionBegan, .meterValues, .transactionData, .localListUpdated: true
        case .transactionAlive, .transactionDeauthorised, .transactionEnded, .transactionDataThinned, .messageAttempted,
            .startConfirmed, .messageDelivered, .messageParked, .messageResent, .cacheUpdated, .cacheCleared, .ownCardSaved,
            .ownCardRemoved, .reservationMade, .reservationEnded, .configurationChanged, .fileValueSeen, .availabilityChanged,
            .chargingProfileInstalled, .chargingProfilesRemoved, .registrationAccepted, .meterValuesThinned, .clockBecameKnown,
            .trialBegan, .trialEnded, .clientCertificateChosen, .securityEvent, .securityEventSettled, .securityLogCleared,
            .firmwareUpdateChanged:
            false
        }
    }
}

extension IdToken {
    /// Identifiers are compared without regard to case, exactly as the type compares them.
    var storedKey: String { text.lowercased() }
}

extension String {
    /// What the other side said of an error can be long; the beginning is enough for people.
    var keptError: String { String(prefix(500)) }
}

extension Duration {
    /// Good for 292 years of uptime.
    var storedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowsToo) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflows || overflowsToo ? (seconds < 0 ? .min : .max) : sum
    }
}

extension Set<SessionFlag> {
    /// In a fixed order, so that the same set is the same text.
    var storedText: String { map(\.rawValue).sorted().joined(separator: ",") }

    /// Names that this version does not know say nothing to it.
    init(storedText: String) { self = Set(storedText.split(separator: ",").compactMap { SessionFlag(rawValue: String($0)) }) }
}

extension RecordStoreError {
    static func unknownSession(_ session: SessionId, ledger: String) -> RecordStoreError {
        RecordStoreError(
            .failed, "\(ledger): session \(session) is not in the ledger, so nothing can be added to it. Restart the daemon.")
    }

    static func repeatedStart(_ session: SessionId, ledger: String) -> RecordStoreError {
        RecordStoreError(.failed, "\(ledger): session \(session) is in the ledger already. Restart the daemon.")
    }

    static func repeatedEnd(_ session: SessionId, ledger: String) -> RecordStoreError {
        RecordStoreError(.failed, "\(ledger): session \(session) has ended already; the first end stands. Restart the daemon.")
    }
}
