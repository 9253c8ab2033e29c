#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Node {
    /// Reads and parses the file at `path`, as `parse(text:file:)` does.
    public static func load(path: String) throws(ConfigurationError) -> Node {
        try parse(bytes: bytes(of: path), file: path)
    }

    private static func bytes(of path: String) throws(ConfigurationError) -> [UInt8] {
        // Non-blocking: opening a named pipe must not wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ConfigurationError(
                file: path, line: nil, problem: status.st_mode & S_IFMT == S_IFDIR ? "it is a directory" : "it is not a plain file",
                remedy: "Name a YAML file.")
        }
        // One byte more than allowed is enough for `parse` to refuse it.
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= maximumSize {
            let count = read(descriptor, &chunk, min(chunk.count, maximumSize + 1 - bytes.count))
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(path, errno)
            }
            if count == 0 { break }
            bytes += chunk.prefix(count)
        }
        return bytes
    }

    private static func failure(_ path: String, _ code: Int32) -> ConfigurationError {
        let (problem, remedy) =
            switch code {
            case ENOENT, ENOTDIR: ("there is no such file", "Create it or name another one.")
            case EACCES, EPERM: ("it may not be read", "Give the user of this process permission to read it and its folders.")
            default: ("it cannot be read: \(String(cString: strerror(code)))", "Check the file and the disk it is on.")
            }
        return ConfigurationError(file: path, line: nil, problem: problem, remedy: remedy)
    }
}
