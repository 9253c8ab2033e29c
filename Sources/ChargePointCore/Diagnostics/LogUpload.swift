public import OCPP
public import Units

/// A log that is to be made and sent: GetDiagnostics and GetLog are the same thing with other names (OCPP 1.6 §5.9, security whitepaper
/// use case N01).
public struct LogUpload: Sendable, Equatable {
    /// Tells one upload from another; counts since the start of the process.
    public var number: Int
    public var kind: LogEnumType
    /// As the Central System wrote it: there may be a password in it, so it is never shown.
    public var location: String
    public var fileName: String
    /// The oldest and the latest that is wanted.
    public var from: Timestamp?
    public var to: Timestamp?
    /// An earlier attempt at the same file broke off.
    public var isRepeat: Bool

    public init(
        number: Int, kind: LogEnumType, location: String, fileName: String, from: Timestamp?, to: Timestamp?, isRepeat: Bool = false
    ) {
        self.number = number
        self.kind = kind
        self.location = location
        self.fileName = fileName
        self.from = from
        self.to = to
        self.isRepeat = isRepeat
    }
}

/// What came of an attempt to upload.
public enum LogUploadOutcome: Sendable, Equatable {
    case uploaded
    /// In words why not, without any secret; `isFinal`: no further attempt can help.
    case failed(LogUploadFailure, String, isFinal: Bool)
}

/// Why a log was not uploaded, in the words of LogStatusNotification (security whitepaper §6.19).
public enum LogUploadFailure: Sendable, Equatable {
    /// What came back is no proper answer.
    case badMessage
    /// User, password or right are missing.
    case permissionDenied
    /// The server does not support the operation, or this charge point not the protocol.
    case notSupportedOperation
    case uploadFailure

    var status: UploadLogStatusEnumType {
        switch self {
        case .badMessage: .badMessage
        case .permissionDenied: .permissionDenied
        case .notSupportedOperation: .notSupportedOperation
        case .uploadFailure: .uploadFailure
        }
    }
}

/// The one upload that runs, who asked for it, and what the Central System has still to hear of uploads.
struct LogUploads: Sendable, Equatable {
    private(set) var running: Running?
    /// Statuses that the Central System has not answered yet, the oldest first.
    private(set) var untold: [Status] = []
    private var last = 0

    /// More are never waited with: of a long outage the latest count.
    static let untoldLimit = 20
    /// Where the request leaves it to the charge point.
    static let ownRetries = 2
    static let ownRetryInterval = Duration.seconds(60)
    /// What a request may ask for.
    static let retryLimit = 100
    static let longestRetryInterval = 86_400
    /// What §8.1 and the common sense of servers know.
    static let schemes = ["ftp", "ftps", "http", "https", "sftp"]

    enum Asker: Sendable, Equatable {
        case getDiagnostics
        case getLog(requestId: Int)
    }

    enum Status: Sendable, Equatable {
        case diagnostics(DiagnosticsStatus)
        case log(UploadLogStatusEnumType, requestId: Int)
    }

    struct Running: Sendable, Equatable {
        var upload: LogUpload
        var asker: Asker
        var attemptsLeft: Int
        var retryInterval: Duration
        var step = Step.uploading

        enum Step: Sendable, Equatable {
            case uploading
            /// The next attempt is due at this uptime.
            case waiting(until: Duration)
        }
    }

    mutating func nextNumber() -> Int {
        last += 1
        return last
    }

    mutating func begin(_ upload: LogUpload, for asker: Asker, retries: Int?, retryInterval: Int?) {
        running = Running(
            upload: upload, asker: asker, attemptsLeft: max(0, min(retries ?? Self.ownRetries, Self.retryLimit)),
            retryInterval: retryInterval.map { .seconds(max(0, min($0, Self.longestRetryInterval))) } ?? Self.ownRetryInterval)
        tell(.uploading)
    }

    /// Another request takes its place.
    ///
    /// - Returns: what was given up.
    mutating func giveUp(for asker: Asker) -> Running? {
        guard let old = running else { return nil }
        // Who asks again under the same message knows what became of the first; another message has to say it.
        switch (old.asker, asker) {
        case (.getDiagnostics, .getDiagnostics), (.getLog, .getLog): break
        case (.getDiagnostics, .getLog), (.getLog, .getDiagnostics): tell(.uploadFailure)
        }
        running = nil
        return old
    }

    mutating func ended(_ status: UploadLogStatusEnumType) {
        tell(status)
        running = nil
    }

    /// An attempt failed and another one is left.
    mutating func wait(until: Duration) {
        running?.attemptsLeft -= 1
        running?.step = .waiting(until: until)
    }

    /// - Returns: the upload whose next attempt is due.
    mutating func takeDue(at uptime: Duration) -> LogUpload? {
        guard case .waiting(let until)? = running?.step, uptime >= until else { return nil }
        running?.step = .uploading
        running?.upload.isRepeat = true
        return running?.upload
    }

    private mutating func tell(_ status: UploadLogStatusEnumType) {
        switch running?.asker {
        case nil: return
        case .getDiagnostics: tell(.diagnostics(status.asDiagnostics))
        case .getLog(let requestId): tell(.log(status, requestId: requestId))
        }
    }

    mutating func tell(_ status: Status) {
        untold.append(status)
        if untold.count > Self.untoldLimit { untold.removeFirst() }
    }

    mutating func told(_ status: Status) { untold.firstIndex(of: status).map { _ = untold.remove(at: $0) } }

    /// What a trigger asks for.
    var current: UploadLogStatusEnumType { running == nil ? .idle : .uploading }
}

extension UploadLogStatusEnumType {
    /// OCPP 1.6 §7.24 knows one way to fail.
    var asDiagnostics: DiagnosticsStatus {
        switch self {
        case .idle: .idle
        case .uploading: .uploading
        case .uploaded: .uploaded
        case .badMessage, .notSupportedOperation, .permissionDenied, .uploadFailure: .uploadFailed
        }
    }
}
