/// What every failed call answers, with a 4xx or 5xx status.
public struct ErrorReport: Codable, Sendable, Equatable {
    public var error: Problem
    /// OCPP's own answer where there is one, such as ConfigurationStatus; absent otherwise.
    public var status: String?

    public struct Problem: Codable, Sendable, Equatable {
        /// A word for programs.
        public var code: String
        /// What, where, and what to do.
        public var message: String

        public init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    public init(code: String, message: String, status: String? = nil) {
        error = Problem(code: code, message: message)
        self.status = status
    }
}

/// What calls answer that have one of OCPP's statuses to tell.
public struct StatusAnswer: Codable, Sendable, Equatable {
    public var status: String

    public init(status: String) { self.status = status }
}

/// What learning a card answers.
public struct LearntCardReport: Codable, Sendable, Equatable {
    public var idTag: String

    public init(idTag: String) { self.idTag = idTag }
}
