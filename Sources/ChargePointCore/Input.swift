public import OCPP
public import Units

/// Everything that can happen to a charge point. Nothing else changes it.
public enum Input: Sendable, Equatable {
    /// The first input after start.
    case started
    /// The deadline that the core named has come.
    case tick
    case board(BoardEvent)
    /// A card was presented, with what the lists say of it. `connectors`: those that the reader serves; nil: all.
    case cardPresented(IdToken, CardLookup, connectors: [ConnectorId]?)

    /// The connection to the Central System stands (OCPP-J §3).
    case linkOpened
    /// It is gone, or could not be made.
    case linkClosed
    /// The other side showed that the connection is alive (a pong).
    case linkAlive
    /// A connection could not be made.
    case linkRefused
    /// The credentials of this change cannot even be tried: a key or a certificate is missing.
    case credentialsUnusable(number: Int)
    /// Of the connection that stands next: by which change of credentials it was made (0: those of the start), and which root the other
    /// side's certificate leads to.
    case linkProved(credentials: Int, root: Fingerprint?)
    /// What came of `Effect.certificates`.
    case certificates(CertificateAnswer)
    /// A frame from the Central System, with what the lists say of the identifier that `ChargePoint.subject(of:)` names.
    case received(IncomingFrame, CardLookup)

    /// The oldest message that waits on disk, as asked for by `Effect.loadQueueHead`; nil: none. With the counts as they are.
    case queueHead(QueuedMessage?, QueueCounts)
    /// Records could not be made durable: nothing that money depends on may begin.
    case storageFailed(String)
    case storageRecovered
    /// Link, store or board saw what the security log has to know; in words what it was.
    case observed(SecurityEvent, String)
    /// What came of `Effect.uploadLog` under the same number.
    case logUpload(Int, LogUploadOutcome)

    /// What came of `Effect.fetchFirmware`, `verifyFirmware` or `installFirmware` for the update of this id.
    case firmware(FirmwareOutcome, update: String)
    /// The answer to `Effect.checkSigningCertificate` under the same number.
    case signingCertificate(SigningCertificateVerdict, question: Int)

    /// Somebody at the charge point or on its network asks; the answer comes as `Effect.answer` under the same number.
    case requested(OperatorRequest, request: Int)
    /// Stop everything: the process is about to end.
    case shutdown
}

/// What an operator may ask of the charge point, past the Central System.
public enum OperatorRequest: Sendable, Equatable {
    /// Start with this identifier, authorised as if its card had been presented at the connector.
    case start(ConnectorId, IdToken, CardLookup)
    case stop(ConnectorId)
    case unlock(ConnectorId)
    case changeAvailability(ConnectorId, AvailabilityType)
    case changeConfiguration(key: String, value: String)
    case resend(QueuedMessage.ID)
    /// A card of the charge point's own list.
    case saveCard(OwnCard)
    case removeCard(IdToken)
    /// The next card presented is added to the own list instead of starting anything.
    case learnCard
    case clearSecurityLog
}

/// The answer to an operator's request.
public enum OperatorAnswer: Sendable, Equatable {
    case accepted
    /// The Central System is being asked; its word decides, and nothing more is said here.
    case waiting
    /// `problem`: in words why it is not Accepted.
    case configuration(ConfigurationStatus, problem: String? = nil)
    case availability(AvailabilityStatus)
    case unlock(UnlockStatus)
    /// A card was learnt.
    case learnt(IdToken)
    case refused(Refusal)
}

/// Why a request was not carried out: a word for programs, a sentence for people.
public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    public var code: Code
    public var description: String

    public enum Code: String, Sendable, Equatable {
        case unknownConnector, notFound, occupied, noTransaction, notAuthorised, unavailable, faulted, storageFailing, timedOut,
            invalid
        case shuttingDown, notSupported
        /// The connector is kept for somebody else.
        case reserved
    }

    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
