/// Why a file was not transferred: a kind for programs, a sentence for people. Never with a password in it.
public struct TransferFailure: Error, Sendable, Equatable, CustomStringConvertible {
    public var kind: Kind
    public var description: String

    public enum Kind: String, Sendable, Equatable, CaseIterable {
        case unusableURL
        case unsupportedProtocol
        /// The name does not resolve, nobody listens, or the network is not there.
        case unreachable
        /// TLS or the SSH host key: the server is not who it should be.
        case untrusted
        /// User, password or right are missing.
        case denied
        case notFound
        /// The server refuses for a reason of its own.
        case refused
        /// It began and broke off, or nothing came any more.
        case interrupted
        case tooLarge
        /// The disk has no room for it.
        case noSpace
        /// A file here cannot be read or written.
        case localFile
        case cancelled
        /// There is no curl, or it does not do what it should.
        case noProgram
    }

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// Trying again later may help.
    public var isWorthRetrying: Bool {
        switch kind {
        case .unusableURL, .unsupportedProtocol, .tooLarge, .cancelled, .noProgram: false
        case .unreachable, .untrusted, .denied, .notFound, .refused, .interrupted, .noSpace, .localFile: true
        }
    }
}

extension TransferFailure {
    /// What curl's exit status means (curl(1), EXIT CODES), with what curl itself said.
    ///
    /// - Parameters:
    ///   - httpStatus: of the last answer; nil where there was none.
    ///   - message: curl's own; secrets are taken out of it.
    init(exitStatus: Int32, httpStatus: Int?, message: String, url: TransferURL) {
        let (kind, fact) = (url.scheme == .sftp ? Self.overSSH(exitStatus, message) : nil) ?? Self.meaning(exitStatus, httpStatus)
        let lines = message.split(whereSeparator: \.isNewline)
        // What follows curl's own line is advice to somebody at a terminal.
        var said = (lines.last { $0.hasPrefix("curl: ") } ?? lines.last).map(String.init) ?? ""
        for secret in [url.password, url.query.isEmpty ? nil : url.query] {
            guard let secret, !secret.isEmpty, said.contains(secret) else { continue }
            // Where a short one stood would show what it was.
            said = secret.utf8.count < 6 ? "" : said.replacing(secret, with: "***")
        }
        self.init(kind, "\(url): \(fact) (\(said.isEmpty ? "curl: (\(exitStatus))" : String(said.prefix(200))))")
    }

    /// What means something else with SFTP than with the others; nil: nothing else.
    private static func overSSH(_ exitStatus: Int32, _ message: String) -> (Kind, String)? {
        // Newer versions of curl do not even begin without the file, and say so with status 2.
        let isUnknown = exitStatus == 60 || exitStatus == 2 && message.contains("known_hosts")
        return switch exitStatus {
        case _ where isUnknown:
            (
                .untrusted,
                "the server's key is not the one in .ssh/known_hosts in the home of the daemon's user, or there is none for it"
            )
        case 2: (.refused, "the server begins no SFTP session")
        default: nil
        }
    }

    private static func meaning(_ exitStatus: Int32, _ httpStatus: Int?) -> (Kind, String) {
        switch exitStatus {
        case 1: (.unsupportedProtocol, "this curl does not have the protocol, or a redirect leads to one that is not allowed")
        case 2, 3, 4, 43, 48: (.noProgram, "curl does not understand what it is asked for")
        case 5: (.unreachable, "the proxy's name does not resolve")
        case 6: (.unreachable, "the host's name does not resolve")
        case 7: (.unreachable, "nobody answers at this host and port")
        case 8, 11, 12, 13, 14, 15, 17, 19, 30, 31: (.refused, "the FTP server answers what cannot be used")
        case 9: (.denied, "the server denies access to the folder")
        case 10, 16, 52, 55, 56, 92: (.interrupted, "the connection broke off")
        case 18: (.interrupted, "the server sent less than it had announced")
        case 21: (.refused, "the server refuses the command")
        case 22: http(httpStatus)
        case 23, 26, 27: (.localFile, "a file here cannot be read or written")
        case 25: (.refused, "the server refuses to take the file")
        case 28: (.interrupted, "nothing came for too long")
        case 33, 36: (.interrupted, "the server cannot go on where the transfer broke off")
        case 35, 51, 53, 54, 58, 59, 60, 66, 77, 80, 82, 83, 90, 91:
            (.untrusted, "the server does not prove who it is, or no secure connection can be agreed on")
        case 64: (.untrusted, "the server does not offer TLS")
        case 47: (.refused, "the server redirects more often than is followed")
        case 63: (.tooLarge, "the file is larger than is taken")
        case 67: (.denied, "the server does not accept user and password")
        case 70: (.refused, "the server has no room left")
        case 69, 79: (.denied, "the server does not allow it")
        case 73: (.refused, "a file of this name exists already")
        case 78: (.notFound, "the server has no such file")
        default: (.refused, "the transfer failed")
        }
    }

    private static func http(_ status: Int?) -> (Kind, String) {
        switch status {
        case 401?, 403?, 407?: (.denied, "the server denies access, HTTP \(status ?? 0)")
        case 404?, 410?: (.notFound, "the server has no such file, HTTP \(status ?? 0)")
        case let status?: (.refused, "the server answers HTTP \(status)")
        case nil: (.refused, "the server answers with an error")
        }
    }
}
