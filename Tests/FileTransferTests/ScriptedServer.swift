import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An HTTP server on loopback that answers each connection as the script says, then closes it.
final class ScriptedServer: Sendable {
    struct Answer: Sendable {
        var head: String
        var body: [UInt8] = []
    }

    let port: UInt16
    private let listener: Int32
    private let heard = Monitor<[String]>([])

    /// - Parameter answers: one for each connection; the last one for all that follow.
    init(_ answers: [Answer]) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                _ = bind(listener, generic, length)
                _ = listen(listener, 8)
                getsockname(listener, generic, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        PlainThread.start(name: "scripted") { [listener, heard] in
            var rest = answers[...]
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                let answer = rest.count > 1 ? rest.removeFirst() : rest.first
                let request = Self.request(connection)
                heard.change { $0.append(request) }
                if let answer {
                    let bytes = Array(answer.head.replacing("\n", with: "\r\n").utf8) + answer.body
                    var sent = 0
                    while sent < bytes.count {
                        let count = bytes[sent...].withUnsafeBytes {
                            send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                        }
                        guard count > 0 else { break }
                        sent += count
                    }
                }
                shutdown(connection, Int32(SHUT_WR))
                var byte: UInt8 = 0
                while read(connection, &byte, 1) > 0 {}
                close(connection)
            }
        }
    }

    /// What was asked so far, one text per connection.
    var requests: [String] { heard.locked { $0 } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func request(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !String(decoding: bytes, as: UTF8.self).contains("\r\n\r\n") {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A folder that goes with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/ladepunkt-transfer-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/nowhere"
    }

    deinit {
        _ = ChildProcess("/bin/rm", ["-rf", path], timeLimit: .seconds(10)).run(CancellationSignal()) { _ in true }
    }

    func bytes(_ name: String) -> [UInt8]? {
        guard let file = fopen("\(path)/\(name)", "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    func write(_ name: String, _ bytes: [UInt8]) {
        guard let file = fopen("\(path)/\(name)", "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}
