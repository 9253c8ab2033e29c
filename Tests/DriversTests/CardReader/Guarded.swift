import Threads

/// A value that threads change and that tests wait for.
struct Guarded<Value: Sendable>: Sendable {
    private let value: Monitor<Value>

    init(_ value: Value) { self.value = Monitor(value) }

    var current: Value { value.locked { $0 } }

    @discardableResult
    func change<Result>(_ body: (inout Value) -> Result) -> Result { value.change(body) }

    /// - Returns: false when it did not come true in time.
    func wait(seconds: Double = 10, until isTrue: (Value) -> Bool) -> Bool {
        let end = monotonicTime() + .seconds(seconds)
        return value.wait { value in
            if isTrue(value) { return .done(true) }
            return monotonicTime() < end ? .sleep(until: end) : .done(false)
        }
    }
}
