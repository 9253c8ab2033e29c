import Threads

/// One line and everything that is said on it, in order, on a thread of its own: libmodbus blocks, and blocks nobody else.
///
/// A line that goes away is opened again by itself, with growing pauses; until then every request fails at once. After an answer
/// that did not come, or came damaged, the line is drained until it is quiet, so that what comes late meets no other request.
public actor ModbusBus {
    public nonisolated let configuration: ModbusBusConfiguration
    private let thread: DeviceThread
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let log: @Sendable (String) -> Void
    private let trace: (@Sendable (ModbusExchange) -> Void)?
    private var state = State.closed(retryAt: .zero)
    /// How long to wait after the next failure; grows until something was answered.
    private var pause = ModbusBus.shortestPause
    /// Requests whose answers may still come, by unit: the time-out passed, and nothing of that length was seen since.
    private var owed: [Int: RegisterBlock] = [:]

    private enum State {
        case open(ModbusLine)
        /// Nothing is tried before `retryAt`; 0: nothing was tried yet.
        case closed(retryAt: Duration)
        /// `close()` was called.
        case ended
    }

    private static let shortestPause = Duration.milliseconds(250)
    private static let longestPause = Duration.seconds(5)

    /// Nothing is opened before the first request.
    /// - Parameters:
    ///   - log: told in words when the line goes away and when it is back.
    ///   - trace: sees every request with its outcome, on the bus's thread.
    public init(
        _ configuration: ModbusBusConfiguration, log: @escaping @Sendable (String) -> Void = { _ in },
        trace: (@Sendable (ModbusExchange) -> Void)? = nil
    ) {
        self.configuration = configuration
        self.log = log
        self.trace = trace
        thread = DeviceThread(name: "bus-\(configuration.name)")
    }

    /// Reads registers with one request, and with a second one where the first answer was damaged.
    /// - Parameters:
    ///   - unit: the device's address, 1 to 247; over TCP also 0 and 255.
    ///   - timeout: how long it may take to answer; nil: as the bus says.
    public func read(_ block: RegisterBlock, unit: Int, timeout: Duration? = nil) throws(ModbusFault) -> [UInt16] {
        do { return try readOnce(block, unit, timeout) } catch {
            guard error.isWorthARetry else { throw error }
        }
        return try readOnce(block, unit, timeout)
    }

    /// Writes; never a second time by itself.
    public func write(_ write: RegisterWrite, unit: Int, timeout: Duration? = nil) throws(ModbusFault) {
        let begin = monotonicTime()
        do {
            try conversation { (line) throws(ModbusFault) in
                try line.write(write, unit: unit, timeout: timeout ?? configuration.responseTimeout)
            }
            trace?(ModbusExchange(begin: begin, end: monotonicTime(), unit: unit, request: .write(write), outcome: .success([])))
        } catch {
            trace?(ModbusExchange(begin: begin, end: monotonicTime(), unit: unit, request: .write(write), outcome: .failure(error)))
            throw error
        }
    }

    /// Ends for good: the line is closed, later requests fail.
    public func close() {
        state = .ended
        owed = [:]
    }

    // MARK: -

    private func readOnce(_ block: RegisterBlock, _ unit: Int, _ timeout: Duration?) throws(ModbusFault) -> [UInt16] {
        guard (1...125).contains(block.count), (0...0xFFFF).contains(block.address), block.end <= 0x1_0000 else {
            throw .invalid("\(block) cannot be asked for")
        }
        let begin = monotonicTime()
        let limit = timeout ?? configuration.responseTimeout
        do {
            let words = try conversation(reopens: true) { (line) throws(ModbusFault) in
                waitForDebt(before: block, unit, limit, line)
                return try line.read(block, unit: unit, timeout: limit)
            }
            owed[unit] = nil
            trace?(ModbusExchange(begin: begin, end: monotonicTime(), unit: unit, request: .read(block), outcome: .success(words)))
            return words
        } catch {
            if case .silent = error { owed[unit] = block }
            trace?(ModbusExchange(begin: begin, end: monotonicTime(), unit: unit, request: .read(block), outcome: .failure(error)))
            throw error
        }
    }

    /// An answer that is still due would be taken for the answer to this request when only the address differs: it gets another
    /// time-out's time to come and be thrown away. Requests of one poll never meet here, for their lengths differ.
    private func waitForDebt(before block: RegisterBlock, _ unit: Int, _ limit: Duration, _ line: ModbusLine) {
        guard let debt = owed.removeValue(forKey: unit) else { return }
        guard debt.table == block.table, debt.count == block.count, debt.address != block.address else { return }
        line.drain(atLeast: limit)
    }

    /// - Parameter reopens: a line that turns out to be gone is opened once more at once, for gateways hang up on who is silent for
    ///   some seconds.
    private func conversation<Answer>(
        reopens: Bool = false, _ body: (ModbusLine) throws(ModbusFault) -> Answer
    ) throws(ModbusFault) -> Answer {
        let (line, isNew) = try openLine()
        do {
            let answer = try body(line)
            pause = Self.shortestPause
            return answer
        } catch {
            if error.leavesBytes { line.drain() }
            guard case .lineGone(let why) = error else { throw error }
            waitBeforeOpening()
            if reopens, !isNew, let again = try? ModbusLine(configuration, log: log) {
                state = .open(again)
                return try conversation(body)
            }
            log("\(configuration.line): the line is gone: \(why)")
            throw error
        }
    }

    private func openLine() throws(ModbusFault) -> (line: ModbusLine, isNew: Bool) {
        switch state {
        case .open(let line): return (line, false)
        case .ended: throw .closed
        case .closed(let retryAt):
            guard monotonicTime() >= retryAt else { throw .lineGone("waiting before it is opened again") }
            do {
                let line = try ModbusLine(configuration, log: log)
                if retryAt > .zero { log("\(configuration.line): the line is open again") }
                state = .open(line)
                owed = [:]
                return (line, true)
            } catch {
                // Said once, not with every try.
                if retryAt == .zero { log("\(error)") }
                waitBeforeOpening()
                throw error
            }
        }
    }

    private func waitBeforeOpening() {
        state = .closed(retryAt: monotonicTime() + pause)
        pause = min(pause * 2, Self.longestPause)
    }
}

/// One request and what became of it: what a recording is made of.
public struct ModbusExchange: Sendable, Equatable {
    /// Monotonic times.
    public var begin: Duration
    public var end: Duration
    public var unit: Int
    public var request: Request
    public var outcome: Result<[UInt16], ModbusFault>

    public enum Request: Sendable, Equatable {
        case read(RegisterBlock)
        case write(RegisterWrite)
    }
}
