import ChargePointCore
import Units

/// Records that could not be made durable yet, while the disk is full, read-only or dying: bounded, retried, in order.
struct Backlog: Sendable {
    static let limit = 10_000
    static let retryInterval = Duration.seconds(5)

    private(set) var records: [Record] = []
    /// Uptime of the next attempt.
    private(set) var retryAt: Duration?

    var isEmpty: Bool { records.isEmpty && retryAt == nil }

    mutating func add(_ new: [Record], at uptime: Duration) {
        records += new
        retryAt = retryAt ?? uptime + Self.retryInterval
        // Begins and ends of sessions are few and stay; what can be renewed or spared goes first.
        while records.count > Self.limit, let index = records.firstIndex(where: \.isSpareable) { records.remove(at: index) }
    }

    mutating func failedAgain(at uptime: Duration) { retryAt = uptime + Self.retryInterval }

    mutating func written() {
        records = []
        retryAt = nil
    }
}

extension Record {
    fileprivate var isSpareable: Bool {
        switch self {
        case .meterValues, .transactionData, .transactionDataThinned, .transactionAlive, .cacheUpdated, .messageAttempted: true
        default: false
        }
    }
}
