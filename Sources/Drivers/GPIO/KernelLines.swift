import CGPIO

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The kernel's lines, by libgpiod.
public struct KernelLines: Lines {
    /// What the kernel shows others as the holder of our lines.
    static let consumer = "ladepunkt"

    public init() {}

    public func input(_ configuration: LineConfiguration) throws(LineFault) -> any InputLine {
        var problem = cgpio_problem()
        let name = configuration.name
        guard
            let line = cgpio_input(
                name.chip, name.line, configuration.isActiveLow, configuration.pull.library, Self.consumer, &problem)
        else { throw LineFault(name, problem) }
        return KernelLine(name: name, line: line)
    }

    public func output(_ configuration: LineConfiguration, isActive: Bool) throws(LineFault) -> any OutputLine {
        var problem = cgpio_problem()
        let name = configuration.name
        guard let line = cgpio_output(name.chip, name.line, configuration.isActiveLow, isActive, Self.consumer, &problem) else {
            throw LineFault(name, problem)
        }
        return KernelLine(name: name, line: line)
    }

    /// Every line of every chip that may be opened, for `board lines`.
    public static func all() -> [LineInfo] {
        var list: [LineInfo] = []
        withUnsafeMutablePointer(to: &list) { list in
            _ = cgpio_list(
                { info, context in
                    guard let info, let list = context?.assumingMemoryBound(to: [LineInfo].self) else { return }
                    list.pointee.append(LineInfo(info.pointee))
                }, list)
        }
        return list
    }
}

/// One line of a chip as the kernel describes it.
public struct LineInfo: Sendable, Equatable {
    public var chip: String
    public var label: String
    public var offset: Int
    public var name: String?
    public var isUsed: Bool
    /// nil: free, or held by a driver that gives no name.
    public var holder: String?
    public var isOutput: Bool
    public var isActiveLow: Bool
}

// The pointer never changes. The kernel's handle behind it takes reads and writes from any thread; draining and reading an input is
// one thread's affair, as the protocol demands.
private final class KernelLine: InputLine, OutputLine, @unchecked Sendable {
    private let name: LineName
    private let line: OpaquePointer

    init(name: LineName, line: OpaquePointer) {
        self.name = name
        self.line = line
    }

    var descriptor: Int32 { cgpio_descriptor(line) }

    func drain() throws(LineFault) -> Int {
        let count = cgpio_drain(line)
        guard count >= 0 else { throw failure("its changes cannot be read") }
        return Int(count)
    }

    func read() throws(LineFault) -> Bool {
        let value = cgpio_get(line)
        guard value >= 0 else { throw failure("its level cannot be read") }
        return value != 0
    }

    func set(_ isActive: Bool) throws(LineFault) {
        guard cgpio_set(line, isActive) == 0 else { throw failure("it cannot be driven") }
    }

    deinit { cgpio_release(line) }

    private func failure(_ what: String) -> LineFault { LineFault(name, .system("\(what) (\(systemMessage(errno)))")) }
}

extension LineConfiguration.Pull {
    fileprivate var library: cgpio_pull {
        switch self {
        case .asIs: CGPIO_PULL_AS_IS
        case .none: CGPIO_PULL_NONE
        case .up: CGPIO_PULL_UP
        case .down: CGPIO_PULL_DOWN
        }
    }
}

extension LineFault {
    fileprivate init(_ line: LineName, _ problem: cgpio_problem) {
        let holder = text(problem.holder)
        switch problem.reason {
        case CGPIO_NO_CHIP: self.init(line, .noChip(systemMessage(problem.code)))
        case CGPIO_NO_LINE: self.init(line, .noLine)
        case CGPIO_HELD: self.init(line, .held(holder.isEmpty ? nil : holder))
        case CGPIO_NO_EDGES: self.init(line, .noEdges)
        default: self.init(line, .system(systemMessage(problem.code)))
        }
    }
}

extension LineInfo {
    fileprivate init(_ info: cgpio_info) {
        let (name, holder) = (text(info.name), text(info.consumer))
        self.init(
            chip: text(info.chip), label: text(info.label), offset: Int(info.offset), name: name.isEmpty ? nil : name,
            isUsed: info.is_used, holder: holder.isEmpty ? nil : holder, isOutput: info.is_output,
            isActiveLow: info.is_active_low)
    }
}

/// A C array of characters up to its zero.
private func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
