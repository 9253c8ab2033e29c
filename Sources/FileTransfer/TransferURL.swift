/// Where a file is fetched from or sent to, taken apart so that its secrets never meet a command line or a log.
///
/// `ftp://user:password@host:port/path` (OCPP 1.6 §8.1) and the same with http, https, ftps and sftp. `description` is the one form
/// that is shown: without user, password and query, which may be a token.
public struct TransferURL: Sendable, Equatable, CustomStringConvertible {
    public enum Scheme: String, Sendable, Equatable, CaseIterable {
        case ftp, ftps, http, https, sftp

        /// Nobody on the way reads along.
        public var isSecret: Bool { self == .https || self == .ftps || self == .sftp }
    }

    public let scheme: Scheme
    /// Percent-decoded; nil: none given.
    public let user: String?
    let password: String?
    /// Host and port as they were written.
    let authority: String
    /// As it was written, percent-encoded, with its leading slash; without the query.
    public let path: String
    /// With its question mark; empty without one.
    let query: String

    /// A folder: the name of what is sent goes below it.
    public var isFolder: Bool { path.hasSuffix("/") }

    public var description: String { "\(scheme.rawValue)://\(authority)\(path)" }

    /// What curl is given: user and password come beside it.
    var withoutUser: String {
        // Servers on FTP's own port speak TLS after AUTH TLS, never from the first byte (implicit FTPS has port 990).
        let scheme = isExplicitFTPS ? "ftp" : scheme.rawValue
        return "\(scheme)://\(authority)\(path)\(query)"
    }

    /// FTP that turns to TLS before anything secret is said.
    var isExplicitFTPS: Bool { scheme == .ftps && authority.hasSuffix(":21") }

    public init(_ text: String) throws(TransferFailure) {
        guard text.utf8.count <= 2048 else { throw TransferFailure(.unusableURL, "the URL is longer than 2048 characters") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !#""<>\^`|"#.utf8.contains($0) }) else {
            throw TransferFailure(.unusableURL, "the URL has a blank or another character in it that must be percent-encoded")
        }
        guard let separator = text.firstRange(of: "://") else {
            throw TransferFailure(.unusableURL, "the URL does not begin with a scheme and ://")
        }
        guard let scheme = Scheme(rawValue: text[..<separator.lowerBound].lowercased()) else {
            throw TransferFailure(
                .unsupportedProtocol, "URLs of the scheme '\(text[..<separator.lowerBound].prefix(16))' are not transferred here")
        }
        self.scheme = scheme
        let rest = text[separator.upperBound...].prefix { $0 != "#" }
        let whole = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest[whole.endIndex...]
        let mark = target.firstIndex(of: "?") ?? target.endIndex
        let path = String(target[..<mark])
        self.path = path.isEmpty ? "/" : path
        query = String(target[mark...])
        // The last one: a password may have one in it that nobody encoded.
        if let at = whole.lastIndex(of: "@") {
            authority = String(whole[whole.index(after: at)...])
            let user = whole[..<at]
            let colon = user.firstIndex(of: ":") ?? user.endIndex
            guard let name = Self.decoded(user[..<colon]), !name.contains(":"),
                let password = Self.decoded(user[colon...].dropFirst())
            else { throw TransferFailure(.unusableURL, "user and password in the URL are not properly percent-encoded") }
            self.user = name
            self.password = colon == user.endIndex ? nil : password
        } else {
            authority = String(whole)
            (user, password) = (nil, nil)
        }
        try Self.check(authority)
    }

    private static func check(_ authority: String) throws(TransferFailure) {
        var host = authority[...]
        var port: Substring?
        if let end = authority.lastIndex(of: ":"), !authority[end...].contains("]") {
            host = authority[..<end]
            port = authority[authority.index(after: end)...]
        }
        let isAddress =
            host.hasPrefix("[") && host.hasSuffix("]")
            && host.dropFirst().dropLast().allSatisfy { $0.isHexDigit || ":.%".contains($0) }
        let isName = !host.isEmpty && host.allSatisfy { $0.isLetter || $0.isNumber || "-._".contains($0) }
        guard isAddress || isName, port.map({ (1...65_535).contains(Int($0) ?? 0) }) ?? true else {
            throw TransferFailure(.unusableURL, "the URL has no usable host and port")
        }
    }

    /// - Returns: nil for a percent sign without two digits, for what is not UTF-8, and for control characters.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let digits = String(rest.prefix(2)), digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
                let value = UInt8(digits, radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F } ? String(validating: bytes, as: UTF8.self) : nil
    }

    /// The file of this name in the folder that the URL names.
    public func appending(_ name: String) -> TransferURL {
        let encoded = name.utf8.map { byte in
            let isPlain =
                (byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber))
                || "-._~".utf8.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count < 2 ? "0" : "") + digits
        }
        return TransferURL(self, path: path + (isFolder ? "" : "/") + encoded.joined())
    }

    private init(_ url: TransferURL, path: String) {
        scheme = url.scheme
        user = url.user
        password = url.password
        authority = url.authority
        self.path = path
        query = url.query
    }
}
