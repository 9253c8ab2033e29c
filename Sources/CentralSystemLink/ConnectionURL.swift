/// The URL of one WebSocket connection, taken apart (OCPP-J 1.6 §3.1.1, RFC 6455 §3).
///
/// This is the one place that joins a base URL and an identity.
public struct ConnectionURL: Sendable, Hashable, CustomStringConvertible {
    /// `wss`.
    public var isSecure: Bool
    /// Name or address, in lower case; an IPv6 address without its brackets.
    public var host: String
    public var port: Int
    /// Path and query as they go into the request line; begins with `/`.
    public var target: String

    public var description: String { "\(isSecure ? "wss" : "ws")://\(authority)\(target)" }

    /// The `Host` header: the port only where it is not the scheme's own.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// Joins base URL and identity.
    ///
    /// The identity is percent-encoded (RFC 3986 unreserved characters stay) and appended to the path after a `/`, unless the path
    /// ends in one already; where the URL says `{id}` it goes there instead. A query stays behind the path.
    public static func finalURL(base: String, identity: String) throws(LinkFailure) -> ConnectionURL {
        guard !identity.isEmpty else { throw .invalidURL(base, "The identity of the charge point is empty; set one.") }
        if let colon = base.range(ofText: "://"), ["http", "https"].contains(base[..<colon.lowerBound].lowercased()) {
            throw .invalidURL(base, "Write ws:// instead of http://, or wss:// instead of https://.")
        }
        if base.contains("#") {
            throw .invalidURL(base, "A WebSocket URL has no fragment; leave out '#' and what follows, or write %23.")
        }
        var url = try ConnectionURL(absolute: base)
        let encoded = percentEncoded(identity)
        if let replaced = replacing(in: url.target, with: encoded) {
            url.target = replaced
        } else {
            let (path, query) = split(url.target)
            url.target = path + (path.hasSuffix("/") ? "" : "/") + encoded + query
        }
        url.target = escapingUnsafe(url.target)
        return url
    }

    /// The target of a redirect: the `Location` header read against this URL. TLS is never given up.
    func following(location: String) throws(LinkFailure) -> ConnectionURL {
        let next: ConnectionURL
        do { next = try resolving(String(location.prefix { $0 != "#" })) } catch {
            throw LinkFailure(.redirect("the target cannot be used (\(error))"), url: description)
        }
        guard next.isSecure || !isSecure else {
            throw LinkFailure(.redirect("the target \(next) gives up TLS"), url: description)
        }
        return next
    }

    /// Whether credentials for the one may be shown to the other.
    func isSameServer(as other: ConnectionURL) -> Bool { host == other.host && port == other.port }
}

extension ConnectionURL {
    /// RFC 3986 §5.2.
    private func resolving(_ reference: String) throws(LinkFailure) -> ConnectionURL {
        var url: ConnectionURL
        if reference.contains("://") {
            url = try ConnectionURL(absolute: reference)
        } else if reference.hasPrefix("//") {
            url = try ConnectionURL(absolute: (isSecure ? "wss:" : "ws:") + reference)
        } else {
            guard !reference.isEmpty else { throw .invalidURL(reference, "It names no other place.") }
            try ConnectionURL.refuseControlCharacters(in: reference)
            url = self
            let (path, _) = ConnectionURL.split(target)
            if reference.hasPrefix("/") {
                url.target = reference
            } else if reference.hasPrefix("?") {
                url.target = path + reference
            } else {
                let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "/"
                url.target = folder + reference
            }
        }
        let (path, query) = ConnectionURL.split(url.target)
        url.target = ConnectionURL.escapingUnsafe(ConnectionURL.removingDotSegments(path) + query)
        return url
    }

    /// Reads scheme, authority and the rest. `http` and `https`, as redirects have them, count as `ws` and `wss`.
    private init(absolute text: String) throws(LinkFailure) {
        try ConnectionURL.refuseControlCharacters(in: text)
        guard let colon = text.range(ofText: "://") else {
            throw .invalidURL(text, "Write it as ws://host:port/path.")
        }
        switch text[..<colon.lowerBound].lowercased() {
        case "ws", "http": isSecure = false
        case "wss", "https": isSecure = true
        default: throw .invalidURL(text, "The scheme must be ws or wss.")
        }
        let rest = text[colon.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let tail = rest[authority.endIndex...].prefix { $0 != "#" }
        target = tail.hasPrefix("/") ? String(tail) : "/" + tail

        if authority.contains("@") {
            // The text may hold a password: it must not come back in the message.
            throw .invalidURL(
                "\(isSecure ? "wss" : "ws")://…@…", "Leave out what stands before '@'; the password belongs into authorizationKey.")
        }
        let name: Substring
        let portText: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else {
                throw .invalidURL(text, "The IPv6 address lacks its closing bracket.")
            }
            name = authority[authority.index(after: authority.startIndex)..<end]
            let after = authority[authority.index(after: end)...]
            guard after.isEmpty || after.hasPrefix(":") else {
                throw .invalidURL(text, "After the IPv6 address only ':' and a port may follow.")
            }
            guard name.contains(":"), name.utf8.allSatisfy({ $0.isHostByte || $0 == UInt8(ascii: ":") }) else {
                throw .invalidURL(text, "What stands in brackets is not an IPv6 address.")
            }
            portText = after.isEmpty ? nil : after.dropFirst()
        } else {
            let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            name = parts.first ?? ""
            portText = parts.count > 1 ? parts[1] : nil
            guard portText?.contains(":") != true else { throw .invalidURL(text, "Put the IPv6 address in brackets: ws://[::1]/.") }
            guard !name.isEmpty else { throw .invalidURL(text, "The host is missing.") }
            guard name.utf8.allSatisfy(\.isHostByte) else {
                throw .invalidURL(text, "A host has only letters, digits, '-', '.' and '_'; write other names in their xn-- form.")
            }
        }
        host = name.lowercased()
        if let portText, !portText.isEmpty {
            guard portText.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(portText), (1...65535).contains(number)
            else {
                throw .invalidURL(text, "The port must be a number from 1 to 65535.")
            }
            port = number
        } else {
            port = isSecure ? 443 : 80
        }
    }

    /// A line break in a URL would forge header lines.
    private static func refuseControlCharacters(in text: String) throws(LinkFailure) {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .invalidURL(String(text.filter { !$0.isNewline }), "It contains a line break or another control character.")
        }
    }

    private static func split(_ target: String) -> (path: String, query: String) {
        let path = target.prefix { $0 != "?" }
        return (String(path), String(target[path.endIndex...]))
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { $0 += $1.isUnreserved ? String(UnicodeScalar($1)) : escaped($1) }
    }

    /// Escapes what may not stand in a request line; what is escaped already stays.
    private static func escapingUnsafe(_ target: String) -> String {
        let unsafe = Array(" \"<>\\^`{|}".utf8)
        return target.utf8.reduce(into: "") {
            $0 += $1 > 0x7E || unsafe.contains($1) ? escaped($1) : String(UnicodeScalar($1))
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return (byte < 16 ? "%0" : "%") + digits
    }

    /// `nil` where there is no `{id}`.
    private static func replacing(in target: String, with identity: String) -> String? {
        var result = ""
        var rest = Substring(target)
        guard rest.range(ofText: "{id}") != nil else { return nil }
        while let place = rest.range(ofText: "{id}") {
            result += rest[..<place.lowerBound] + identity
            rest = rest[place.upperBound...]
        }
        return result + rest
    }

    private static func removingDotSegments(_ path: String) -> String {
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".": if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/")
    }
}

extension UInt8 {
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
    /// A name, or an IPv6 zone (`fe80::1%25eth0`).
    fileprivate var isHostByte: Bool { isUnreserved || self == UInt8(ascii: "%") }
}

extension StringProtocol {
    /// First occurrence of an ASCII text.
    fileprivate func range(ofText text: String) -> Range<Index>? {
        let wanted = Array(text.utf8)
        var start = utf8.startIndex
        while start != utf8.endIndex {
            if utf8[start...].starts(with: wanted) {
                return start..<utf8.index(start, offsetBy: wanted.count)
            }
            utf8.formIndex(after: &start)
        }
        return nil
    }
}
