import OCPP
import Units

/// The head of the queue of transaction messages; the rest stays on disk (OCPP 1.6 §3.7).
///
/// A message leaves only by its answer or by being parked. Losing the connection is no attempt; a CALLERROR, an unusable answer and
/// silence on a connection that is alive are (errata J 3.3).
struct TransactionQueue: Sendable, Equatable {
    var counts: QueueCounts
    private(set) var head: Head?
    private(set) var isLoading = false
    /// An older message came back to the queue: the head is looked for anew before the next one is sent.
    private(set) var isOutdated = false
    /// What the store is about to answer was asked before that.
    private var isAnswerOutdated = false
    /// Messages recorded since the store was asked: its counts may or may not know them.
    private var queuedWhileLoading = 0
    /// The store failed, and what it answers may be from before: it is asked until it says that nothing waits.
    private var isUncertain = false

    struct Head: Sendable, Equatable {
        var message: QueuedMessage
        /// Every id that this message was sent under: an answer to any of them completes it.
        var sentAs: [MessageId] = []
        var notBefore: Duration = .zero

        /// More are forgotten: an answer that comes after so many repeats no longer counts.
        static let rememberedIds = 32
    }

    init(counts: QueueCounts) { self.counts = counts }

    /// Whether the shell is to be asked for the next message.
    var wantsHead: Bool { head == nil && !isLoading && (counts.queued > 0 || isUncertain) }

    mutating func startLoading() {
        isLoading = true
        queuedWhileLoading = 0
    }

    /// A message was recorded.
    mutating func queued() {
        counts.queued += 1
        if isLoading { queuedWhileLoading += 1 }
    }

    mutating func loaded(_ message: QueuedMessage?, _ counts: QueueCounts) {
        let wasAwaited = isLoading
        isLoading = false
        self.counts = counts
        // Too many are put right by the next look; one too few would wait until the next message is recorded.
        let unseen = queuedWhileLoading
        queuedWhileLoading = 0
        self.counts.queued += unseen
        if isAnswerOutdated {
            isAnswerOutdated = false
            return
        }
        guard let message else {
            if wasAwaited { isUncertain = false }
            // Nothing to load although something is counted: not asked again until something is recorded.
            return self.counts.queued = unseen
        }
        if head?.message.id != message.id { head = Head(message: message) }
    }

    mutating func outdate() { isOutdated = true }

    /// Looks for the head anew; an answer of the store that is under way is waited for and not used.
    mutating func reconsider() {
        head = nil
        isOutdated = false
        isAnswerOutdated = isLoading
    }

    mutating func sent(as id: MessageId) {
        head?.sentAs.append(id)
        if let count = head?.sentAs.count, count > Head.rememberedIds { head?.sentAs.removeFirst() }
    }

    func isHead(_ id: MessageId) -> Bool { head?.sentAs.contains(id) ?? false }

    mutating func failed(retryAt: Duration) {
        head?.message.attempts += 1
        head?.notBefore = retryAt
    }

    /// The head was answered or parked.
    mutating func removeHead(isParked: Bool) {
        head = nil
        counts.queued = max(0, counts.queued - 1)
        if isParked { counts.parked += 1 }
    }

    /// What was loaded may be out of date: load it again.
    mutating func reload() {
        head = nil
        isLoading = false
        isOutdated = false
        isAnswerOutdated = false
        isUncertain = true
    }
}
