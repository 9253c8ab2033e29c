import OCPP
import Units

/// A transaction that runs: it is on disk, and it will be until its end is.
struct ActiveTransaction: Sendable, Equatable {
    var start: TransactionStart
    /// Which message of the queue its start is, once loaded, is the queue's affair; what was learnt from the answer is here.
    var transactionId: Int?
    /// Its start was set aside after the last attempt: what is told of it carries −1 (errata 3.18).
    var isStartParked = false
    var parentIdTag: IdToken?
    /// The Central System refused the identifier; what energy it may still take.
    var deauthorised: Deauthorised?
    var ending: Ending?
    var sampling: Sampling
    /// Restored from disk after the supply failed: not decided yet whether it goes on.
    var isRestored = false
    /// The last register known to be true, and when that was.
    var lastRegister: WattHours
    var lastAlive: RecordedTime
    var flags: Set<SessionFlag> = []
    /// The most phases that the vehicle was seen to draw from; nil: none yet.
    var usedPhases: Int?
    /// Uptime at which the vehicle stopped asking by itself, while current was offered; nil: it did not, or asked again.
    var contentSince: Duration?

    /// By what the Central System knows it; nil: its start is not answered yet.
    var toldId: Int? { transactionId ?? (isStartParked ? -1 : nil) }

    struct Deauthorised: Sendable, Equatable {
        /// Register up to which the vehicle may still draw (MaxEnergyOnInvalidId, OCPP 1.6 §9.1.14).
        var until: WattHours?
    }

    /// The way out: no current offered, contactor open, closing register read, end recorded.
    struct Ending: Sendable, Equatable {
        var reason: Reason
        /// Who stopped it.
        var idTag: IdToken?
        /// When the driver, the vehicle or the Central System ended it.
        var time: RecordedTime
        /// Open at once instead of letting the vehicle ramp down first.
        var isForced: Bool
        var statusBefore: ChargePointStatus
        /// Uptime when the contactor was known open and the closing register asked for.
        var readingSince: Duration?
    }

    struct Sampling: Sendable, Equatable {
        /// Uptime when sampled and alive records are due next; nil: off.
        var nextSample: Duration?
        var nextAlive: Duration
        var intervalBegin: MeterReading?
        var alignedBegin: MeterReading?
        /// Samples kept for the StopTransaction so far.
        var keptSamples = 0
        /// The meter's public key went along with a signed value of this transaction.
        var hasToldPublicKey = false
    }

    /// Whether a card or its group may stop this transaction (OCPP 1.6 §3.10, §4.10).
    func isStopped(by idTag: IdToken, parentIdTag: IdToken?) -> Bool {
        if start.idTag == idTag { return true }
        guard let parentIdTag, let own = self.parentIdTag else { return false }
        return own == parentIdTag
    }
}
