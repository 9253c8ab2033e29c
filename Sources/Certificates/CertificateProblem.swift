internal import COpenSSL

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// What is wrong with a certificate, a key or the file it is in: where, what, and what to do where that is known.
public struct CertificateProblem: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }

    /// A system call failed on this file.
    init(_ path: String, _ what: String, errno code: Int32 = errno) {
        description = "\(path) \(what): \(String(cString: strerror(code)))"
    }

    /// libcrypto failed; its own words, where it has any.
    init(library what: String) {
        let code = ERR_peek_error()
        let words = code == 0 ? nil : ERR_reason_error_string(code).map { String(cString: $0) }
        ERR_clear_error()
        description = words.map { "\(what) (\($0))" } ?? what
    }
}
