internal import COpenSSL
public import Units

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// What an installer wants to know of a certificate.
public struct CertificateSummary: Sendable, Equatable {
    /// Distinguished name, such as `O=Example, CN=central.example.org`; the names of an empty one.
    public var subject: String
    /// Distinguished name of who signed it.
    public var issuer: String
    public var notBefore: Timestamp
    public var notAfter: Timestamp
    /// Host names and addresses that it is for.
    public var names: [String]
    /// SHA-256 of the whole, in lower-case hexadecimal digits; empty where it was not taken from a certificate.
    public var fingerprint = ""

    public init(subject: String, issuer: String, notBefore: Timestamp, notAfter: Timestamp, names: [String] = []) {
        self.subject = subject
        self.issuer = issuer
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.names = names
    }

    /// Whole days until it expires, rounded down; negative once it has.
    public func daysLeft(at now: Timestamp) -> Int {
        let (days, rest) = (notAfter.milliseconds - now.milliseconds).quotientAndRemainder(dividingBy: 86_400_000)
        return Int(rest < 0 ? days - 1 : days)
    }
}

extension CertificateSummary {
    init(_ certificate: OpaquePointer) {
        names = CertificateSummary.names(certificate)
        let subject = CertificateSummary.text(X509_get_subject_name(certificate))
        self.subject = subject.isEmpty ? names.joined(separator: ", ") : subject
        issuer = CertificateSummary.text(X509_get_issuer_name(certificate))
        notBefore = CertificateSummary.time(X509_get0_notBefore(certificate))
        notAfter = CertificateSummary.time(X509_get0_notAfter(certificate))
        fingerprint = CertificateSummary.fingerprint(certificate)
    }

    /// Names are shown to people: what could steer a terminal is escaped (ASN1_STRFLGS_ESC_CTRL), UTF-8 stays.
    private static func text(_ name: OpaquePointer?) -> String {
        guard let name, let memory = copenssl_memory() else { return "" }
        defer { BIO_free(memory) }
        let flags = UInt(XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN) | UInt(ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT)
        X509_NAME_print_ex(memory, name, 0, flags)
        var content: UnsafePointer<CChar>?
        let length = copenssl_memory_content(memory, &content)
        guard let content, length > 0 else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: content, count: length), as: UTF8.self)
    }

    private static func fingerprint(_ certificate: OpaquePointer) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        guard X509_digest(certificate, EVP_sha256(), &digest, &length) == 1 else { return "" }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func time(_ time: UnsafePointer<ASN1_TIME>?) -> Timestamp {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return Timestamp(seconds: 0) }
        return Timestamp(seconds: Int64(timegm(&parts)))
    }

    /// Alternative names, and the common name, which counts as well (security whitepaper A00.FR.308).
    private static func names(_ certificate: OpaquePointer) -> [String] {
        var names: [String] = []
        if let extensions = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) {
            let list = OpaquePointer(extensions)
            defer { GENERAL_NAMES_free(list) }
            for index in 0..<copenssl_name_count(list) {
                guard let name = copenssl_name(list, index)?.pointee else { continue }
                switch name.type {
                case GEN_DNS: if let text = utf8(name.d.dNSName) { names.append(text) }
                case GEN_IPADD: if let bytes = bytes(name.d.iPAddress), let text = address(bytes) { names.append(text) }
                default: break
                }
            }
        }
        let subject = X509_get_subject_name(certificate)
        let index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
        if index >= 0, let common = utf8(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index))), !names.contains(common) {
            names.append(common)
        }
        return names
    }

    private static func bytes(_ string: UnsafePointer<ASN1_STRING>?) -> [UInt8]? {
        guard let string, let start = ASN1_STRING_get0_data(string) else { return nil }
        return Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
    }

    private static func utf8(_ string: UnsafePointer<ASN1_STRING>?) -> String? {
        guard let string else { return nil }
        var start: UnsafeMutablePointer<UInt8>?
        let length = ASN1_STRING_to_UTF8(&start, string)
        guard length >= 0, let start else { return nil }
        defer { CRYPTO_free(start, #file, #line) }
        let text = String(decoding: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)
        return String(text.filter { !$0.isNewline && $0 != "\0" && $0 != "\u{1B}" })
    }

    private static func address(_ bytes: [UInt8]) -> String? {
        switch bytes.count {
        case 4: return bytes.map(String.init).joined(separator: ".")
        case 16:
            var text = [CChar](repeating: 0, count: 46)
            return inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count)).map { String(cString: $0) }
        default: return nil
        }
    }
}
