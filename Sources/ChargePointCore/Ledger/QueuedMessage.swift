public import OCPP
import Units

/// A transaction-related message that waits for its answer (OCPP 1.6 §3.7), as the store holds it: facts, not text.
///
/// It is rendered when it is sent, because the transactionId and the right time may only be known then.
public struct QueuedMessage: Sendable, Equatable, Identifiable {
    /// Position in the queue: ascending in the order of events.
    public var id: Int64
    public var session: SessionId
    /// Attempts that failed so far (errata J 3.3).
    public var attempts: Int
    public var content: Content
    /// What is known of the session's transactionId when the message is loaded.
    public var transactionId: TransactionIdState

    public enum Content: Sendable, Equatable {
        case start(TransactionStart)
        case meterValues(ConnectorId, [MeterSample])
        /// With everything that was kept for transactionData.
        case stop(TransactionEnd, transactionData: [MeterSample])
    }

    public enum TransactionIdState: Sendable, Equatable {
        /// The start is not answered yet.
        case pending
        /// Any integer, as the Central System gave it.
        case known(Int)
        /// The start was parked: messages go with −1 (errata 3.18).
        case startParked
    }

    public init(id: Int64, session: SessionId, attempts: Int, content: Content, transactionId: TransactionIdState) {
        self.id = id
        self.session = session
        self.attempts = attempts
        self.content = content
        self.transactionId = transactionId
    }
}
