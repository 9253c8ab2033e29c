public import BoardSupport
import Units

/// A card reader that goes away or hangs.
public struct SimulatedReader: Sendable, Equatable {
    public private(set) var failure: SimulatedReaderFailure?
    /// The failure has been reported.
    private var isReported = false
    /// Time left until a hanging reader is found out.
    private var untilDetection: Duration = .zero

    /// How long a reader hangs before the driver's deadline finds it out.
    public static let hangDetection: Duration = .seconds(1)

    public init() {}

    /// Time until something happens by itself.
    var nextChange: Duration? { failure == .hung && !isReported ? untilDetection : nil }

    mutating func setFailure(_ new: SimulatedReaderFailure?) -> [BoardEvent] {
        guard new != failure else { return [] }
        failure = new
        switch new {
        case .gone: return report("the simulated card reader is gone")
        case .hung:
            untilDetection = isReported ? .zero : SimulatedReader.hangDetection
            return []
        case nil:
            defer { isReported = false }
            return isReported ? [.reader(failure: nil)] : []
        }
    }

    mutating func advance(by elapsed: Duration) -> [BoardEvent] {
        guard nextChange != nil else { return [] }
        untilDetection -= elapsed
        return untilDetection <= .zero ? report("the simulated card reader does not answer") : []
    }

    private mutating func report(_ reason: String) -> [BoardEvent] {
        guard !isReported else { return [] }
        isReported = true
        return [.reader(failure: reason)]
    }
}
