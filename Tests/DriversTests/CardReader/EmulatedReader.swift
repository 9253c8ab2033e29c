import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A PN532 on a pseudo-terminal that is found at a fixed path, with the troubles that readers have.
final class EmulatedReader: Sendable {
    enum Mode: Sendable { case works, silent, hung, garbage, unplugged }

    struct State: Sendable {
        var chip = EmulatedChip()
        var mode = Mode.works
        var line: Int32 = -1
        var slave: Int32 = -1
        var received: [UInt8] = []
        var hasEnded = false
        var isEnding = false
    }

    let folder: String
    let path: String
    let state = Guarded(State())
    private let wake: (read: Int32, write: Int32)

    /// libnfc's connection string for it.
    var device: String { "pn532_uart:\(path)" }

    init() {
        var template = Array("/tmp/emulated-reader-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder")
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path = folder + "/tty"
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0, "no pipe")
        wake = (ends[0], ends[1])
        plug()
        PlainThread.start(name: "emulated PN532") { self.run() }
    }

    /// Ends the thread and removes everything.
    func end() {
        unplug()
        state.change { $0.isEnding = true }
        wakeUp()
        _ = state.wait { $0.hasEnded }
        close(wake.read)
        close(wake.write)
        guard let entries = opendir(folder) else { return }
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            unlink("\(folder)/\(name)")
        }
        closedir(entries)
        rmdir(folder)
    }

    func present(_ card: EmulatedCard?) { state.change { $0.chip.card = card } }

    func set(_ mode: Mode) {
        state.change {
            $0.mode = mode
            $0.received = []
        }
        wakeUp()
    }

    func plug() {
        state.change { state in
            let (line, name) = Self.pseudoTerminal()
            // Held open: a line that is there although nobody uses it.
            state.slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
            var raw = termios()
            tcgetattr(state.slave, &raw)
            cfmakeraw(&raw)
            tcsetattr(state.slave, TCSANOW, &raw)
            symlink(name, path)
            state.line = line
            state.mode = .works
            state.received = []
            state.chip.hasField = false
        }
        wakeUp()
    }

    /// glibc hides posix_openpt and its companions from Swift; this is what they do.
    private static func pseudoTerminal() -> (line: Int32, name: String) {
        let line = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var isLocked: Int32 = 0
        var number: UInt32 = 0
        let isReady = ioctl(line, 0x4004_5431, &isLocked) == 0 && ioctl(line, 0x8004_5430, &number) == 0
        precondition(isReady, "no pseudo-terminal")
        return (line, "/dev/pts/\(number)")
    }

    func unplug() {
        state.change { state in
            unlink(path)
            if state.line >= 0 { close(state.line) }
            if state.slave >= 0 { close(state.slave) }
            (state.line, state.slave, state.mode) = (-1, -1, .unplugged)
        }
        wakeUp()
    }

    private func wakeUp() { _ = write(wake.write, "x", 1) }

    private func run() {
        while true {
            let (line, mode, isEnding) = state.change { ($0.line, $0.mode, $0.isEnding) }
            if isEnding { break }
            var sources = [
                pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0), pollfd(fd: line, events: Int16(POLLIN), revents: 0),
            ]
            // A hung chip sends one byte now and then, so that the library goes on waiting.
            let count = poll(&sources, 2, mode == .hung ? 100 : -1)
            if sources[0].revents != 0 {
                var bytes = [UInt8](repeating: 0, count: 64)
                _ = read(wake.read, &bytes, bytes.count)
            }
            state.change { state in
                if count == 0, state.mode == .hung, state.line >= 0 { send([0], &state) }
                if sources[1].revents & Int16(POLLIN) != 0, state.line == line, line >= 0 { receive(&state) }
            }
        }
        state.change { $0.hasEnded = true }
    }

    private func receive(_ state: inout State) {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(state.line, &bytes, bytes.count)
        guard count > 0 else { return }
        state.received += bytes.prefix(count)
        while let command = nextCommand(&state.received) {
            switch state.mode {
            case .silent, .unplugged: break
            case .garbage: send((0..<24).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }, &state)
            case .hung:
                // The beginning of a long frame; the rest comes byte by byte.
                send(EmulatedChip.acknowledgement + [0x00, 0x00, 0xFF, 0xFA, 0x06, 0xD5, command[0] + 1], &state)
            case .works: send(EmulatedChip.acknowledgement + state.chip.answer(command), &state)
            }
        }
    }

    private func send(_ bytes: [UInt8], _ state: inout State) { _ = write(state.line, bytes, bytes.count) }

    /// Takes one frame: code and data.
    private func nextCommand(_ received: inout [UInt8]) -> [UInt8]? {
        while let start = received.indices.dropLast().first(where: { received[$0] == 0x00 && received[$0 + 1] == 0xFF }) {
            let body = Array(received[(start + 2)...])
            guard let length = body.first.map(Int.init), body.count >= 3 else { return nil }
            // An acknowledgement from the host, or noise.
            guard length >= 2, body[0] &+ body[1] == 0 else {
                received.removeFirst(start + 2)
                continue
            }
            guard body.count >= length + 4 else { return nil }
            received.removeFirst(start + 2 + length + 4)
            return Array(body[3..<(2 + length)])
        }
        return nil
    }
}
