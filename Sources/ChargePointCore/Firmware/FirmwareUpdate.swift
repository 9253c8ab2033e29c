public import OCPP
public import Units

/// An update of the firmware as the Central System asked for it, and how far it has come (OCPP 1.6 §5.19; security whitepaper L01).
///
/// The whole of it is on disk with every step, so that after a restart the right thing goes on and the right status is told.
/// Statuses are counted in the words of the signed update, which has the more; an unsigned one tells those that it has too.
public struct FirmwareUpdate: Sendable, Equatable, Codable {
    /// Ours; what comes of an effect carries it, so that a replaced update's outcome is recognised.
    public var id: String
    /// May have a password in it: never logged, never shown.
    public var location: String
    /// Not to be fetched before.
    public var retrieveAt: Timestamp
    /// Not to be installed before; nil: as soon as no session runs.
    public var installAt: Timestamp?
    /// Downloads that may be begun, the present one included.
    public var triesLeft: Int
    /// Seconds between them.
    public var retryInterval: Int
    /// nil: an unsigned update.
    public var signed: Signed?
    /// What ran when it was asked for.
    public var versionBefore: String
    /// What the installation says will run; nil: it did not say.
    public internal(set) var expectedVersion: String?
    public internal(set) var stage: Stage
    /// The latest status that was entered, told or not; nil: none yet.
    public internal(set) var status: FirmwareStatusEnumType?
    /// Statuses that the Central System has not confirmed, the oldest first.
    public internal(set) var untold: [FirmwareStatusEnumType] = []

    public struct Signed: Sendable, Equatable, Codable {
        public var requestId: Int
        /// PEM.
        public var signingCertificate: String
        /// Base64.
        public var signature: String

        public init(requestId: Int, signingCertificate: String, signature: String) {
            self.requestId = requestId
            self.signingCertificate = signingCertificate
            self.signature = signature
        }
    }

    /// How far it is. Each names the stages that may follow; `ended` may follow every one.
    public enum Stage: String, Sendable, Equatable, Codable, CaseIterable {
        /// Waits for its time. Then `downloading`.
        case scheduled
        /// Then `paused`, or `downloaded`.
        case downloading
        /// A download broke off and the next try waits. Then `downloading`.
        case paused
        /// The file is here; a signed one is being verified. Then `ready`.
        case downloaded
        /// May be installed: waits for its time and for sessions to end. Then `installing`.
        case ready
        /// Then `restarting`.
        case installing
        /// The process or the machine starts anew; who comes up says how it ended.
        case restarting
        /// As `status` says.
        case ended
    }

    public init(
        id: String, location: String, retrieveAt: Timestamp, installAt: Timestamp? = nil, triesLeft: Int, retryInterval: Int,
        signed: Signed? = nil, versionBefore: String
    ) {
        self.id = id
        self.location = location
        self.retrieveAt = retrieveAt
        self.installAt = installAt
        self.triesLeft = triesLeft
        self.retryInterval = retryInterval
        self.signed = signed
        self.versionBefore = versionBefore
        stage = .scheduled
    }

    /// More are not kept for a Central System that stays away; the oldest goes.
    static let untoldLimit = 32

    /// Something is being done, or will be.
    public var isUnderWay: Bool { stage != .ended }

    /// It can be given up for another one: nothing has been changed yet.
    public var isReplaceable: Bool { stage != .installing && stage != .restarting }

    /// Moves on, and notes the status that the Central System is told of it.
    mutating func enter(_ stage: Stage, _ status: FirmwareStatusEnumType? = nil) {
        self.stage = stage
        guard let status, status != self.status else { return }
        self.status = status
        // An unsigned update has no word for some: they are nobody's news.
        guard signed != nil || FirmwareStatus(rawValue: status.rawValue) != nil else { return }
        untold.append(status)
        if untold.count > Self.untoldLimit { untold.removeFirst() }
    }

    /// The new version runs, or the old one still does: "Installed" only when it is true.
    func isInstalled(running version: String) -> Bool {
        expectedVersion.map { $0 == version } ?? (version != versionBefore)
    }
}

/// What came of something that the shell did for an update.
public enum FirmwareOutcome: Sendable, Equatable {
    case fetched
    /// Why, in words without secrets.
    case notFetched(String, isWorthRetrying: Bool)
    case verified
    case notVerified(String)
    /// `version`: what runs from now on, as far as the installation says.
    case installed(version: String?, Restart)
    /// `isImageUnfit`: the installation looked at the file and would not take it.
    case notInstalled(String, isImageUnfit: Bool)

    /// What makes the new version run.
    public enum Restart: Sendable, Equatable {
        /// It runs already.
        case none
        /// This process, which ends with status 10.
        case process
        /// The machine; whoever installed it sees to that.
        case machine
    }
}

/// What is thought of a certificate that signs firmware.
public enum SigningCertificateVerdict: Sendable, Equatable {
    case valid
    case invalid(String)
    case revoked(String)
}
