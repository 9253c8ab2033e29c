#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// A folder whose files are written whole or not at all, and are on disk when a call returns; for its owner alone.
struct DurableFolder: Sendable {
    /// More is no certificate and no key.
    private static let longest = 256 * 1024

    let path: String

    /// Makes the folder if only its last part is missing.
    init(_ path: String) throws(CertificateProblem) {
        self.path = path
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw CertificateProblem(path, "cannot be made") }
    }

    func write(_ text: String, to name: String) throws(CertificateProblem) {
        let target = "\(path)/\(name)"
        let temporary = "\(path)/.\(name).new"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw CertificateProblem(temporary, "cannot be made") }
        do {
            try fill(file, Array(text.utf8), temporary)
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, target) == 0 else {
            let problem = CertificateProblem(target, "cannot be written")
            unlink(temporary)
            throw problem
        }
        try sync()
    }

    private func fill(_ file: Int32, _ bytes: [UInt8], _ path: String) throws(CertificateProblem) {
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { put($0, file) }
            if count < 0 {
                if errno == EINTR { continue }
                throw CertificateProblem(path, "cannot be written")
            }
            written += count
        }
        guard fsync(file) == 0 else { throw CertificateProblem(path, "cannot be written") }
    }

    /// Gone when it returns; not there before is no error.
    func remove(_ name: String) throws(CertificateProblem) {
        let target = "\(path)/\(name)"
        guard unlink(target) == 0 || errno == ENOENT else { throw CertificateProblem(target, "cannot be removed") }
        try sync()
    }

    func move(_ name: String, to new: String) throws(CertificateProblem) {
        guard rename("\(path)/\(name)", "\(path)/\(new)") == 0 else {
            throw CertificateProblem("\(path)/\(name)", "cannot be moved")
        }
        try sync()
    }

    /// - Returns: nil when there is no such file.
    func read(_ name: String) throws(CertificateProblem) -> String? {
        let target = "\(path)/\(name)"
        let file = open(target, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if file < 0, errno == ENOENT { return nil }
        guard file >= 0 else { throw CertificateProblem(target, "cannot be read") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 * 1024)
        while bytes.count <= Self.longest {
            let count = piece.withUnsafeMutableBytes { take($0, file) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CertificateProblem(target, "cannot be read") }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece.prefix(count)
        }
        throw CertificateProblem("\(target) is longer than \(Self.longest) bytes")
    }

    /// Names that end so, in their order; what a power cut left half written is none of them.
    func names(ending end: String) throws(CertificateProblem) -> [String] {
        guard let folder = opendir(path) else { throw CertificateProblem(path, "cannot be read") }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(end), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private func sync() throws(CertificateProblem) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw CertificateProblem(path, "cannot be opened") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw CertificateProblem(path, "cannot be written") }
    }
}

// The system's names, where a method has the same.
private func put(_ bytes: UnsafeRawBufferPointer, _ file: Int32) -> Int { write(file, bytes.baseAddress, bytes.count) }
private func take(_ bytes: UnsafeMutableRawBufferPointer, _ file: Int32) -> Int { read(file, bytes.baseAddress, bytes.count) }
