import ChargePointCore
import OCPP
import Units

extension MemoryRecordStore {
    /// Everything that the store holds, in a fixed order.
    public struct State: Sendable, Equatable {
        var boot = 0
        var wasEverAccepted = false
        var lastRecordedTime: Timestamp?
        /// By row, the oldest first.
        var sessions: [Session] = []
        var lastSession: Int64 = 0
        /// By id, the oldest first.
        var messages: [Message] = []
        var lastMessage: QueuedMessage.ID = 0
        /// The one updated longest ago first.
        var cache: [CachedCard] = []
        /// By key.
        var ownCards: [OwnCard] = []
        /// By chargingProfileId.
        var chargingProfiles: [InstalledProfile] = []
        /// By key.
        var localList: [String: AuthorizationData] = [:]
        var localListVersion = 0
        /// By id.
        var reservations: [Reservation] = []
        var configuration: [String: String] = [:]
        var fileValues: [String: String] = [:]
        var availability: [ConnectorId: AvailabilityType] = [:]
        var fallbackCredentials: LinkCredentials?
        var clientCertificate: Fingerprint?
        /// By number.
        var securityLog: [SecurityLogEntry] = []
        var firmwareUpdate: FirmwareUpdate?

        public init() {}

        struct Session: Sendable, Equatable {
            var row: Int64
            var start: TransactionStart
            var transactionId: Int?
            var isDeauthorised = false
            var lastRegister: WattHours
            var lastAlive: RecordedTime
            var end: TransactionEnd?
            var transactionData: [MeterSample] = []
            var isClockCorrected = false
        }

        struct Message: Sendable, Equatable {
            var id: QueuedMessage.ID
            var session: Int64
            var kind: Kind
            var status = Status.queued
            var attempts = 0
            var lastError: String?
            var createdAt: Timestamp

            enum Kind: Sendable, Equatable {
                case start
                case meterValues(ConnectorId, MeterSample)
                case stop
            }
            enum Status: Sendable, Equatable { case queued, parked, delivered }
        }

        struct CachedCard: Sendable, Equatable {
            var idTag: IdToken
            var info: IdTagInfo
        }
    }
}

extension MemoryRecordStore.State {
    func sessionIndex(of id: SessionId) -> Int? {
        // The newest are asked for most.
        sessions.lastIndex { $0.start.session == id }
    }

    func sessionIndex(row: Int64) -> Int? { sessions.sortedIndex { $0.row < row }.flatMap { sessions[$0].row == row ? $0 : nil } }

    func messageIndex(_ id: QueuedMessage.ID) -> Int? {
        messages.sortedIndex { $0.id < id }.flatMap { messages[$0].id == id ? $0 : nil }
    }

    /// How far the session's StartTransaction is; `nil` when it was answered.
    func startStatus(ofSession row: Int64) -> Message.Status? {
        messages.first { $0.session == row && $0.kind == .start }?.status
    }

    /// Why a commit of these records is refused, as the database's constraints would.
    func problem(with records: [Record]) -> RecordStoreError? {
        let ledger = "memory"
        var begun: Set<SessionId> = []
        var ended: Set<SessionId> = []
        for record in records {
            switch record {
            case .transactionBegan(let start):
                guard sessionIndex(of: start.session) == nil, begun.insert(start.session).inserted else {
                    return .repeatedStart(start.session, ledger: ledger)
                }
            case .transactionEnded(let end):
                let index = sessionIndex(of: end.session)
                if index == nil && !begun.contains(end.session) { return .unknownSession(end.session, ledger: ledger) }
                let hasEnded = index.map { sessions[$0].end != nil } ?? false
                if hasEnded || !ended.insert(end.session).inserted { return .repeatedEnd(end.session, ledger: ledger) }
            case .transactionAlive(let session, _, _), .transactionDeauthorised(let session), .meterValues(let session, _, _),
                .transactionData(let session, _), .transactionDataThinned(let session):
                if sessionIndex(of: session) == nil && !begun.contains(session) { return .unknownSession(session, ledger: ledger) }
            case .messageAttempted, .startConfirmed, .messageDelivered, .messageParked, .messageResent, .cacheUpdated,
                .cacheCleared,
                .ownCardSaved, .ownCardRemoved, .localListUpdated, .reservationMade, .reservationEnded, .configurationChanged,
                .chargingProfileInstalled, .chargingProfilesRemoved, .fileValueSeen, .availabilityChanged,
                .registrationAccepted, .meterValuesThinned, .clockBecameKnown, .trialBegan, .trialEnded,
                .clientCertificateChosen, .securityEvent, .securityEventSettled, .securityLogCleared, .firmwareUpdateChanged:
                continue
            }
        }
        return nil
    }
}

extension Array {
    /// The first place whose element is not before what is looked for, in an array in that order; `nil` when all are.
    fileprivate func sortedIndex(isBefore: (Element) -> Bool) -> Int? {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low < endIndex ? low : nil
    }
}
