@testable import Drivers
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A chip of pipes: inputs change when a test says so, outputs remember what they were told.
final class ScriptedLines: Lines {
    private struct State {
        var inputs: [String: ScriptedInput] = [:]
        var outputs: [String: ScriptedOutput] = [:]
        var levels: [String: Bool] = [:]
        var held: [String: String] = [:]
    }
    private let state = Mutex(State())

    func input(_ configuration: LineConfiguration) throws(LineFault) -> any InputLine {
        try refuseHeld(configuration.name)
        let line = state.withLock { state in
            let line = ScriptedInput(configuration.name, level: state.levels[configuration.name.line] ?? false)
            state.inputs[configuration.name.line] = line
            return line
        }
        return line
    }

    func output(_ configuration: LineConfiguration, isActive: Bool) throws(LineFault) -> any OutputLine {
        try refuseHeld(configuration.name)
        let line = ScriptedOutput(configuration.name, isActive)
        state.withLock { $0.outputs[configuration.name.line] = line }
        return line
    }

    private func refuseHeld(_ name: LineName) throws(LineFault) {
        if let holder = state.withLock({ $0.held[name.line] }) { throw LineFault(name, .held(holder)) }
    }

    func hold(_ line: String, by holder: String) { state.withLock { $0.held[line] = holder } }
    /// A level from the start.
    func begin(_ line: String, _ level: Bool) { state.withLock { $0.levels[line] = level } }

    subscript(input line: String) -> ScriptedInput {
        get throws { try #require(state.withLock { $0.inputs[line] }, "no input \(line)") }
    }
    subscript(output line: String) -> ScriptedOutput {
        get throws { try #require(state.withLock { $0.outputs[line] }, "no output \(line)") }
    }
}

final class ScriptedInput: InputLine {
    let name: LineName
    let descriptor: Int32
    private let writer: Int32
    private let state: Mutex<(level: Bool, isBroken: Bool)>

    init(_ name: LineName, level: Bool) {
        self.name = name
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "no pipe")
        (descriptor, writer) = (ends[0], ends[1])
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        state = Mutex((level, false))
    }

    deinit {
        close(descriptor)
        close(writer)
    }

    func set(_ level: Bool, edges: Int = 1) {
        let isNews = state.withLock { state in
            defer { state.level = level }
            return state.level != level
        }
        if isNews || edges > 1 { signal(edges) }
    }

    /// Active for a moment: two changes, the level as before.
    func pulse() { signal(2) }
    func breakDown() {
        state.withLock { $0.isBroken = true }
        signal(1)
    }

    private func signal(_ edges: Int) {
        let bytes = [UInt8](repeating: 1, count: edges)
        _ = write(writer, bytes, bytes.count)
    }

    func drain() throws(LineFault) -> Int {
        if state.withLock({ $0.isBroken }) { throw LineFault(name, .system("gone")) }
        var bytes = [UInt8](repeating: 0, count: 64)
        return max(0, Glibc.read(descriptor, &bytes, bytes.count))
    }

    func read() throws(LineFault) -> Bool { state.withLock { $0.level } }
}

final class ScriptedOutput: OutputLine {
    let name: LineName
    private struct State: Sendable {
        var isActive: Bool
        var writes: [Bool] = []
        var isBroken = false
        var then: (@Sendable (Bool) -> Void)?
    }
    private let state: Mutex<State>

    init(_ name: LineName, _ isActive: Bool) {
        self.name = name
        state = Mutex(State(isActive: isActive))
    }

    func set(_ isActive: Bool) throws(LineFault) {
        let then: (@Sendable (Bool) -> Void)?? = state.withLock { state in
            guard !state.isBroken else { return .none }
            let isNews = state.isActive != isActive
            state.isActive = isActive
            state.writes.append(isActive)
            return .some(isNews ? state.then : nil)
        }
        guard let then else { throw LineFault(name, .system("cannot be driven")) }
        then?(isActive)
    }

    var isActive: Bool { state.withLock { $0.isActive } }
    var writes: [Bool] { state.withLock { $0.writes } }
    func breakDown() { state.withLock { $0.isBroken = true } }
    /// What else happens when the level changes.
    func whenSet(_ body: (@Sendable (Bool) -> Void)?) { state.withLock { $0.then = body } }
}

extension LineConfiguration {
    /// A line of the scripted chip.
    static func line(_ name: String, debounce: Duration? = nil) -> LineConfiguration {
        LineConfiguration(LineName(chip: "chip", line: name), debounce: debounce)
    }
}
