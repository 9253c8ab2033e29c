import Threads
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One log file in the making: texts in a folder of their own, packed by the system's `tar` and `gzip`, which every Debian has, and which
/// keep the formats out of the daemon. Blocks: runs on a thread that may wait.
struct LogArchive: Sendable {
    /// Where it is made; in it is nothing else.
    let folder: String
    /// Ends in `.tar.gz`.
    let name: String

    /// Bytes of text that are packed at most: what is beyond is left out, and said to be.
    static let textLimit = 16 << 20
    /// Bytes that stay free on the disk for the ledger.
    static let reserve: UInt64 = 16 << 20
    /// Bytes of the journal.
    static let journalLimit = 8 << 20

    var path: String { folder + "/" + name }

    enum Failure: Error, Sendable, CustomStringConvertible {
        case noSpace(String)
        case unwritable(String)
        case cancelled

        var description: String {
            switch self {
            case .noSpace(let folder): "\(folder): too little disk space is left to make a log file; free some"
            case .unwritable(let words): words
            case .cancelled: "given up"
            }
        }
    }

    /// Removes everything that an earlier start left.
    static func empty(_ folder: String) { removeTree(folder) }

    func make(_ files: [(name: String, text: String)], _ signal: CancellationSignal) throws(Failure) {
        var space = statvfs()
        if statvfs(Self.existing(folder), &space) == 0,
            UInt64(space.f_bavail) * UInt64(space.f_frsize) < Self.reserve + UInt64(Self.textLimit)
        {
            throw .noSpace(folder)
        }
        let inner = String(name.dropLast(".tar.gz".count))
        let parts = folder + "/" + inner
        for directory in [folder, parts] where mkdir(directory, 0o700) != 0 && errno != EEXIST {
            throw .unwritable("\(directory) cannot be made: \(String(cString: strerror(errno)))")
        }
        defer { Self.removeTree(parts) }
        var left = Self.textLimit
        for (name, text) in files {
            let bytes = Array(text.utf8.prefix(left))
            left -= bytes.count
            try write(bytes, to: parts + "/" + name)
            if bytes.count < text.utf8.count {
                try write(Array("more than \(Self.textLimit) bytes in all\n".utf8), to: parts + "/" + name + ".cut")
            }
        }
        let tar = ChildProcess(
            "tar", ["--create", "--gzip", "--file", path, "--directory", folder, "--owner=0", "--group=0", inner],
            environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"], timeLimit: .seconds(120))
        let outcome = tar.run(signal) { _ in true }
        guard outcome.end != .exited(0) else { return }
        unlink(path)
        if outcome.end == .cancelled { throw .cancelled }
        throw .unwritable("tar cannot pack the log file (\(outcome.end)): \(outcome.errorOutput.prefix(200))")
    }

    func remove() { unlink(path) }

    /// What the system's journal holds of this daemon; empty where it cannot be read.
    static func journal(from: Timestamp?, to: Timestamp?, _ signal: CancellationSignal) -> [String] {
        var arguments = ["--quiet", "--no-pager", "--output=short-iso-precise", "--identifier=ladepunktd", "--lines=20000"]
        if let from { arguments.append("--since=@\(from.milliseconds / 1000)") }
        if let to { arguments.append("--until=@\(to.milliseconds / 1000)") }
        var said: [UInt8] = []
        let child = ChildProcess(
            "journalctl", arguments, environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"], timeLimit: .seconds(30))
        _ = child.run(signal) { bytes in
            said += bytes.prefix(journalLimit - said.count)
            return said.count < journalLimit
        }
        return String(decoding: said, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable("\(path) cannot be made: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .unwritable("\(path) cannot be written: \(String(cString: strerror(errno)))")
            }
            rest = rest.dropFirst(count)
        }
    }

    private static func existing(_ path: String) -> String {
        access(path, F_OK) == 0 ? path : path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    /// Two levels: that is all that was made.
    private static func removeTree(_ path: String) {
        guard let directory = opendir(path) else { return }
        defer {
            closedir(directory)
            rmdir(path)
        }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard name != ".", name != ".." else { continue }
            if unlink(path + "/" + name) != 0 { removeTree(path + "/" + name) }
        }
    }
}
