/// Asks to upload a log (OCPP 1.6 security whitepaper §5.9).
public struct GetLog: FromCentralSystem {
    public static let action = Action.getLog

    public var log: LogParametersType
    public var logType: LogEnumType
    public var requestId: Int
    /// Attempts after the first; absent leaves the choice to the charge point.
    public var retries: Int?
    /// Seconds between attempts.
    public var retryInterval: Int?

    public init(log: LogParametersType, logType: LogEnumType, requestId: Int, retries: Int? = nil, retryInterval: Int? = nil) {
        self.log = log
        self.logType = logType
        self.requestId = requestId
        self.retries = retries
        self.retryInterval = retryInterval
    }

    /// OCPP 1.6 security whitepaper §5.10.
    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: LogStatusEnumType
        /// Absent when there is nothing to upload.
        public var filename: LimitedString<255>?

        public init(status: LogStatusEnumType, filename: LimitedString<255>? = nil) {
            self.status = status
            self.filename = filename
        }
    }
}
