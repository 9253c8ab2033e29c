public import Units

/// Why there is no TLS connection, as far as it can be known from this side.
public enum TLSFailure: Error, Sendable, Equatable {
    /// No root that is trusted has signed this chain; `issuer` is the one that was looked for.
    case unknownIssuer(String, trust: Trust)
    /// The server shows a certificate that it signed itself.
    case selfSigned(String, trust: Trust)
    case wrongName(wanted: String, names: [String])
    case expired(String, since: Timestamp, now: Timestamp)
    case notYetValid(String, from: Timestamp, now: Timestamp)
    /// A key of less than 112 bits of strength (security whitepaper A00.FR.501).
    case weakKey(String)
    /// A signature by a broken hash such as SHA-1 or MD5.
    case weakSignature(String)
    case revoked(String)
    /// Whatever else libssl holds against a certificate, in its words.
    case unacceptable(String, String)
    /// The server does not know TLS 1.2 or 1.3 (A00.FR.312).
    case noCommonVersion
    /// The server offers only cipher suites that must not be used (A00.FR.319), or keys this side does not accept.
    case noCommonCipher
    case clientCertificateMissing
    /// What the server said, or how it broke off.
    case clientCertificateRefused(String)
    /// The other side does not speak TLS at all.
    case notTLS
    /// The server gave up with this alert.
    case alert(String)
    case endedDuringHandshake
    case timedOut
    /// The other side breaks TLS, or libssl fails; its words.
    case brokenProtocol(String)

    /// Where roots come from.
    public enum Trust: Sendable, Equatable, CustomStringConvertible {
        case system
        case file(String)
        /// Roots that were installed over OCPP, perhaps besides those of a file or the system.
        case installed

        public var description: String {
            switch self {
            case .system: "the system's trusted roots"
            case .file(let path): path
            case .installed: "the installed root certificates"
            }
        }
    }
}

extension TLSFailure {
    /// What happened, as one or two sentences.
    public var fact: String {
        switch self {
        case .unknownIssuer(let issuer, let trust):
            "The server's certificate is signed by '\(issuer)', which is not among \(trust.all)."
        case .selfSigned(let subject, _): "The server's certificate '\(subject)' is signed by itself and not trusted."
        case .wrongName(let wanted, let names):
            "The server's certificate is not for '\(wanted)' but for \(names.isEmpty ? "no name at all" : listed(names))."
        case .expired(let subject, let since, let now):
            "The certificate '\(subject)' expired on \(since); it is \(now) now by this charge point's clock."
        case .notYetValid(let subject, let from, let now):
            "The certificate '\(subject)' is valid from \(from) only; it is \(now) now by this charge point's clock."
        case .weakKey(let subject):
            "The key of the certificate '\(subject)' is too short: RSA needs 2048 bits, elliptic curves 224."
        case .weakSignature(let subject): "The certificate '\(subject)' is signed with a broken hash, such as SHA-1 or MD5."
        case .revoked(let subject): "The certificate '\(subject)' has been revoked."
        case .unacceptable(let subject, let words): "The certificate '\(subject)' cannot be accepted (\(words))."
        case .noCommonVersion: "The server speaks only versions of TLS older than 1.2, which are not secure."
        case .noCommonCipher: "The server accepts none of the cipher suites that are secure enough."
        case .clientCertificateMissing: "The server wants a client certificate, and none is configured."
        case .clientCertificateRefused(let words): "The server refuses the client certificate (\(words))."
        case .notTLS: "What listens there does not speak TLS."
        case .alert(let words): "The server gave the TLS handshake up (\(words))."
        case .endedDuringHandshake: "The server ended the connection during the TLS handshake, without a word."
        case .timedOut: "No answer in time while waiting for the TLS handshake."
        case .brokenProtocol(let words): "The TLS connection failed (\(words))."
        }
    }

    /// What an installer can do about it; empty where trying again is all there is.
    public var remedy: String {
        switch self {
        case .unknownIssuer(_, .system), .selfSigned(_, .system):
            "If this is your central system, put its root certificate into a file and name it in centralSystem.caFile."
        case .unknownIssuer(_, .file), .selfSigned(_, .file):
            "If this is your central system, add the root certificate that it uses to centralSystem.caFile."
        case .unknownIssuer(_, .installed), .selfSigned(_, .installed):
            "If this is your central system, add the root certificate that it uses to the file in centralSystem.caFile."
        case .wrongName:
            "Use a name of the certificate in centralSystem.url, or have a certificate made for this one; "
                + "only where both are out of reach set verifyHostname: false."
        case .expired: "Have it renewed at the central system. If that date is right, check this charge point's clock."
        case .notYetValid:
            "Most likely this charge point's clock is wrong: check `timedatectl` and the time server of this network."
        case .weakKey, .weakSignature: "Have a new certificate made, with RSA of 2048 bits or more, or P-256, and with SHA-256."
        case .revoked:
            "Have a new certificate made at the central system; if the revocation list is out of date, replace it in caFile."
        case .unacceptable: "Have the certificate or its chain corrected at the central system."
        case .noCommonVersion: "Have TLS 1.2 or 1.3 switched on at the central system."
        case .noCommonCipher:
            "Have an ECDHE or RSA suite with AES-GCM, and a certificate that fits it, set up at the central system."
        case .clientCertificateMissing: "Set securityProfile 3, clientCertificate and clientKey, or use the port for profile 2."
        case .clientCertificateRefused:
            "Check that clientCertificate has not expired and that its root and its common name are known to the central system."
        case .notTLS: "Check the port in centralSystem.url, or use ws:// if the central system offers nothing better."
        case .endedDuringHandshake:
            "It may not speak TLS on this port, or no version and cipher suite of it that is secure: look at the central system's log."
        case .alert: "Look at the central system's log, which knows why."
        case .timedOut: "Check that the port is the one for TLS, and that the central system is not overloaded."
        case .brokenProtocol: ""
        }
    }

    private func listed(_ names: [String]) -> String {
        names.prefix(4).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 4 ? " and \(names.count - 4) more" : "")
    }
}

extension TLSFailure.Trust {
    fileprivate var all: String {
        switch self {
        case .system, .installed: description
        case .file(let path): "those in \(path)"
        }
    }
}
