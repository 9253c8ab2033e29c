public import Units

/// Asks to upload a diagnostics file (OCPP 1.6 §5.9, §6.25).
public struct GetDiagnostics: FromCentralSystem {
    public static let action = Action.getDiagnostics

    /// URI of the directory to upload to.
    public var location: String
    /// Attempts after the first; absent leaves the choice to the charge point.
    public var retries: Int?
    /// Seconds between attempts.
    public var retryInterval: Int?
    /// Oldest entry wanted.
    public var startTime: Timestamp?
    /// Newest entry wanted.
    public var stopTime: Timestamp?

    public init(
        location: String, retries: Int? = nil, retryInterval: Int? = nil, startTime: Timestamp? = nil, stopTime: Timestamp? = nil
    ) {
        self.location = location
        self.retries = retries
        self.retryInterval = retryInterval
        self.startTime = startTime
        self.stopTime = stopTime
    }

    /// The file's name; absent when there is nothing to upload (OCPP 1.6 §6.26).
    public struct Confirmation: Codable, Sendable, Equatable {
        public var fileName: CiString<255>?

        public init(fileName: CiString<255>? = nil) {
            self.fileName = fileName
        }
    }
}
