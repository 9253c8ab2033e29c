import ArgumentParser
import FoundationEssentials

/// Where the daemon's local API is.
enum Endpoint: Sendable, Equatable, CustomStringConvertible {
    case socket(String)
    case tcp(host: String, port: Int)

    /// - Parameter url: such as `http://charger.local:8080`.
    init(url: String) throws {
        var rest = url[...]
        if let colon = rest.firstIndex(of: ":"), rest[colon...].hasPrefix("://") {
            guard rest[..<colon].lowercased() == "http" else {
                throw ValidationError("--url \(url): only http is spoken; for another network forward the port with ssh -L")
            }
            rest = rest[colon...].dropFirst(3)
        }
        rest = rest.prefix { $0 != "/" }
        var host = rest
        var port: Int? = 80
        if let colon = rest.lastIndex(of: ":"), rest.last != "]" {
            host = rest[..<colon]
            port = Int(rest[rest.index(after: colon)...])
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard let port, (1...65535).contains(port), !host.isEmpty else {
            throw ValidationError("--url \(url): http://HOST:PORT is expected")
        }
        self = .tcp(host: String(host), port: port)
    }

    /// The socket of a daemon that was started here, else the installed one's.
    static var standard: Endpoint {
        if let path = ProcessInfo.processInfo.environment["LADEPUNKT_SOCKET"], !path.isEmpty { return .socket(path) }
        let here = "ladepunkt-data/control.sock"
        return .socket(FileManager.default.fileExists(atPath: here) ? here : "/run/ladepunkt/control.sock")
    }

    /// For the `Host` header.
    var authority: String {
        switch self {
        case .socket: "localhost"
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    var description: String {
        switch self {
        case .socket(let path): path
        case .tcp: "http://\(authority)"
        }
    }
}
