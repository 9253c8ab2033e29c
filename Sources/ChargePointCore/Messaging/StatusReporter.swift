import OCPP
import Units

/// What a StatusNotification says of one connector (OCPP 1.6 §4.9).
struct StatusReport: Sendable, Equatable {
    var status: ChargePointStatus
    var errorCode: ChargePointErrorCode = .noError
    var vendorErrorCode: String?
    var info: String?
}

/// Turns a connector's changing status into notifications: each change once, and none that did not last MinimumStatusDuration
/// (OCPP 1.6 §9.1.20).
struct StatusReporter: Sendable, Equatable {
    /// What is true now, since when.
    private(set) var current: StatusReport
    private(set) var changedAt: RecordedTime
    /// What the Central System was told last in this connection; nil: nothing.
    private var told: StatusReport?
    /// How often the present report met silence, and until when it is not repeated.
    private var unanswered = 0
    private var notBefore = Duration.zero

    /// So often a report that a living Central System does not answer is told; the next change, or connection, is told again.
    static let tellings = 3
    /// Before a repeat, times the number of tellings so far.
    static let pause = Duration.seconds(60)

    init(_ report: StatusReport, at time: RecordedTime) {
        current = report
        changedAt = time
    }

    mutating func update(_ report: StatusReport, at time: RecordedTime) {
        guard report != current else { return }
        (unanswered, notBefore) = (0, .zero)
        // Another reason for the same status does not make the status younger.
        if report.status != current.status || report.errorCode != current.errorCode { changedAt = time }
        current = report
    }

    /// Uptime at which the present report is due; nil: it is known already.
    func due(minimum: Duration) -> Duration? {
        guard told != current else { return nil }
        return told == nil ? notBefore : changedAt.uptime + minimum
    }

    mutating func take() -> StatusReport {
        told = current
        return current
    }

    /// The Central System may have forgotten: tell it anew.
    mutating func forget() {
        told = nil
        (unanswered, notBefore) = (0, .zero)
    }

    /// The Central System lives and did not answer: it is told again, after a while and not for ever.
    mutating func metSilence(at uptime: Duration) {
        // What is true by now is another report, and is due anyway.
        guard told == current else { return }
        unanswered += 1
        guard unanswered < Self.tellings else { return }
        told = nil
        notBefore = uptime + Self.pause * unanswered
    }
}
