public import OCPP
public import Units

/// A fact that survives power loss. One reaction's records are one transaction of the store: all or none.
public enum Record: Sendable, Equatable {
    /// Opens a session and, where reported, queues its StartTransaction.
    case transactionBegan(TransactionStart)
    /// The last register and time known of an open session: what is billed should the supply fail now.
    case transactionAlive(SessionId, register: WattHours, time: RecordedTime)
    /// The card behind an open session was refused; it stays open but takes no more energy.
    case transactionDeauthorised(SessionId)
    /// Closes a session and, where reported, queues its StopTransaction.
    case transactionEnded(TransactionEnd)
    /// Queues a MeterValues of an open session.
    case meterValues(SessionId, ConnectorId, MeterSample)
    /// Keeps a sample for the session's StopTransaction.transactionData.
    case transactionData(SessionId, MeterSample)
    /// Thins what is kept for transactionData: every second sample between the first and the last goes (errata 3.91).
    case transactionDataThinned(SessionId)

    /// Thins the sampled meter values that wait: every second one of each session goes, starts and stops never.
    case meterValuesThinned

    /// The queue's message was tried and failed; it stays.
    case messageAttempted(QueuedMessage.ID, attempts: Int, error: String)
    /// A StartTransaction was answered: the session's transactionId is known, the message leaves the queue.
    case startConfirmed(QueuedMessage.ID, SessionId, transactionId: Int, idTagInfo: IdTagInfo)
    /// Answered: the message leaves the queue.
    case messageDelivered(QueuedMessage.ID)
    /// Given up for now: set aside, visible, re-sendable.
    case messageParked(QueuedMessage.ID, error: String)
    /// A parked message goes back to the queue, a parked start with all later messages of its session.
    case messageResent(QueuedMessage.ID)

    /// What the Central System said of an identifier (OCPP 1.6 §3.5.1).
    case cacheUpdated(IdToken, IdTagInfo)
    case cacheCleared
    case ownCardSaved(OwnCard)
    case ownCardRemoved(IdToken)
    /// Changes the Local Authorization List; what the cache says of the identifiers that it takes over or gives up is forgotten.
    case localListUpdated(LocalListUpdate)

    /// A reservation holds; one with the same id is replaced.
    case reservationMade(Reservation)
    /// It was used, cancelled, has expired, or cannot be kept.
    case reservationEnded(Int)

    /// Takes the place of a profile with the same chargingProfileId. One with a session goes with the session's end (errata 3.37).
    case chargingProfileInstalled(InstalledProfile)
    /// By their chargingProfileIds.
    case chargingProfilesRemoved([Int])

    case configurationChanged(key: String, value: String)
    /// The value that the configuration file had when it was last read: a later change in the file wins, an old value does not.
    case fileValueSeen(key: String, value: String)
    case availabilityChanged(ConnectorId, AvailabilityType)
    /// New credentials have to prove themselves: these worked before.
    case trialBegan(fallback: LinkCredentials)
    /// Those that the configuration says are in use for good.
    case trialEnded
    /// The installed certificate that the charge point uses; nil: the configuration file's.
    case clientCertificateChosen(Fingerprint?)
    /// The firmware update as it stands now, in place of what was known of it or of another.
    case firmwareUpdateChanged(FirmwareUpdate)
    /// A Central System has accepted this charge point, ever.
    case registrationAccepted
    /// The clock became known: times recorded without it are put right, once.
    case clockBecameKnown(ClockCorrection)

    /// A line of the security log.
    case securityEvent(SecurityLogEntry)
    /// The Central System knows of it, or never will: it does not wait any more.
    case securityEventSettled(Int64)
    /// All lines go but those that wait.
    case securityLogCleared
}

/// A card of the charge point's own list, for standalone use.
public struct OwnCard: Sendable, Equatable {
    public var idTag: IdToken
    public var status: AuthorizationStatus
    public var expiryDate: Timestamp?
    public var parentIdTag: IdToken?
    public var name: String?

    public init(
        idTag: IdToken, status: AuthorizationStatus = .accepted, expiryDate: Timestamp? = nil, parentIdTag: IdToken? = nil,
        name: String? = nil
    ) {
        self.idTag = idTag
        self.status = status
        self.expiryDate = expiryDate
        self.parentIdTag = parentIdTag
        self.name = name
    }
}
