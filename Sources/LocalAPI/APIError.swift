import BoardSupport
import ChargePointCore
import Hummingbird
import HTTPTypes
import LocalAPIModels

/// Why a call failed: the HTTP status, a word for programs, a sentence for people.
struct APIError: Error, Equatable {
    var status: HTTPResponse.Status
    var report: ErrorReport
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ code: String, _ message: String, ocppStatus: String? = nil, headers: HTTPFields = [:]) {
        self.status = status
        report = ErrorReport(code: code, message: message, status: ocppStatus)
        self.headers = headers
    }

    /// The call itself is wrong: what field, what is expected.
    static func invalid(_ message: String) -> APIError { APIError(.badRequest, "invalid", message) }

    init(_ refusal: Refusal) {
        let status: HTTPResponse.Status =
            switch refusal.code {
            case .unknownConnector, .notFound: .notFound
            case .occupied, .reserved, .noTransaction, .unavailable, .faulted: .conflict
            case .notAuthorised: .forbidden
            case .invalid: .badRequest
            case .storageFailing, .timedOut, .shuttingDown: .serviceUnavailable
            case .notSupported: .notImplemented
            }
        self.init(status, refusal.code.rawValue, refusal.description)
    }

    init(_ error: RecordStoreError) { self.init(.serviceUnavailable, "storageFailing", error.description) }

    init(_ error: SimulatorError) {
        switch error {
        case .unknownConnector: self.init(.notFound, "unknownConnector", error.description)
        case .notPossible: self.init(.conflict, "notPossible", error.description)
        }
    }

    /// For the log: status, word and sentence of the answer, or what only the log may tell.
    func sentence(for error: any Error) -> String {
        "\(status.code) \(report.error.code): \(report.error.code == "internal" ? "\(error)" : report.error.message)"
    }

    /// Whatever a handler throws, as an answer.
    init(any error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as Refusal: self.init(error)
        case let error as RecordStoreError: self.init(error)
        case let error as SimulatorError: self.init(error)
        case is CancellationError:
            self.init(.serviceUnavailable, "shuttingDown", "the charge point software is stopping; try again in a minute")
        default: self.init(.internalServerError, "internal", "the call failed for a reason that should not occur; the log has more")
        }
    }
}
