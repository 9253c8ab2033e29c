internal import COpenSSL

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// An X.509 certificate: its bytes, and what of it matters here.
public struct Certificate: Sendable, Hashable {
    public let der: [UInt8]
    /// SHA-256 of `der`, in lower-case hexadecimal digits.
    public let fingerprint: String
    /// Distinguished name, such as `O=Example, CN=central.example.org`.
    public let subject: String
    /// First CN of the subject; empty where there is none.
    public let commonName: String
    /// First O of the subject; empty where there is none.
    public let organization: String
    /// Seconds since 1970.
    public let notBefore: Int64
    public let notAfter: Int64
    /// Issuer and subject have the same name.
    public let isSelfIssued: Bool
    /// Basic constraints say that it may sign other certificates.
    public let isAuthority: Bool
    /// Key and signature are worth at least 112 bits (security whitepaper A00.FR.501).
    public let isStrong: Bool

    init(_ pointer: OpaquePointer) throws(CertificateProblem) {
        let length = i2d_X509(pointer, nil)
        guard length > 0 else { throw CertificateProblem(library: "a certificate cannot be written") }
        var bytes = [UInt8](repeating: 0, count: Int(length))
        bytes.withUnsafeMutableBufferPointer { buffer in
            var start = buffer.baseAddress
            i2d_X509(pointer, &start)
        }
        der = bytes
        fingerprint = hexadecimal(digest(bytes, EVP_sha256()))
        let subjectName = X509_get_subject_name(pointer)
        subject = text(of: subjectName)
        commonName = entry(NID_commonName, of: subjectName)
        organization = entry(NID_organizationName, of: subjectName)
        notBefore = seconds(X509_get0_notBefore(pointer))
        notAfter = seconds(X509_get0_notAfter(pointer))
        isSelfIssued = X509_NAME_cmp(subjectName, X509_get_issuer_name(pointer)) == 0
        isAuthority = X509_check_ca(pointer) == 1
        var signatureBits: Int32 = 0
        let hasStrongKey = X509_get0_pubkey(pointer).map { EVP_PKEY_get_security_bits($0) >= 112 } ?? false
        let isKnown = X509_get_signature_info(pointer, nil, nil, &signatureBits, nil) == 1
        isStrong = hasStrongKey && isKnown && signatureBits >= 112
        ERR_clear_error()
    }

    /// All certificates of a text in PEM form, in its order.
    ///
    /// - Throws: when there is none in it, or something that is none.
    public static func all(pem: String) throws(CertificateProblem) -> [Certificate] {
        ERR_clear_error()
        var bytes = Array(pem.utf8)
        guard let memory = bytes.withUnsafeMutableBytes({ BIO_new_mem_buf($0.baseAddress, Int32(clamping: $0.count)) }) else {
            throw CertificateProblem(library: "memory is short")
        }
        defer { BIO_free(memory) }
        return try withExtendedLifetime(bytes) { () throws(CertificateProblem) in
            var certificates: [Certificate] = []
            while let pointer = PEM_read_bio_X509(memory, nil, noPassphrase, nil) {
                defer { X509_free(pointer) }
                certificates.append(try Certificate(pointer))
            }
            let code = ERR_peek_last_error()
            // The end of the text is told as "no start line".
            guard copenssl_reason(code) == PEM_R_NO_START_LINE else {
                throw CertificateProblem(library: "a certificate in it cannot be read")
            }
            ERR_clear_error()
            guard !certificates.isEmpty else { throw CertificateProblem("it has no certificate in PEM form in it") }
            return certificates
        }
    }

    /// All certificates of a file in PEM form, in its order.
    public static func all(path: String) throws(CertificateProblem) -> [Certificate] {
        guard let file = fopen(path, "re") else { throw CertificateProblem(path, "cannot be read") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: longestFile)
        let count = fread(&bytes, 1, bytes.count, file)
        do { return try all(pem: String(decoding: bytes.prefix(count), as: UTF8.self)) } catch {
            throw CertificateProblem("\(path): \(error)")
        }
    }

    /// Some thousand roots.
    private static let longestFile = 4 * 1024 * 1024

    public var pem: String {
        guard let memory = copenssl_memory() else { return "" }
        defer { BIO_free(memory) }
        _ = withPointer { PEM_write_bio_X509(memory, $0) }
        return content(of: memory)
    }

    /// Whether the other one's key made this one's signature.
    public func isSigned(by issuer: Certificate) -> Bool {
        withPointer { certificate in
            issuer.withPointer { issuer in
                defer { ERR_clear_error() }
                return X509_check_issued(issuer, certificate) == X509_V_OK
                    && X509_verify(certificate, X509_get0_pubkey(issuer)) == 1
            }
        }
    }

    /// - Parameter body: gets an `X509`; `nil` only where memory is short.
    func withPointer<Result>(_ body: (OpaquePointer?) -> Result) -> Result {
        der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            let pointer = d2i_X509(nil, &start, buffer.count)
            defer { X509_free(pointer) }
            return body(pointer)
        }
    }

    public static func == (left: Certificate, right: Certificate) -> Bool { left.der == right.der }
    public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}

/// A `pem_password_cb` that knows none: without it libcrypto would ask on the terminal.
let noPassphrase: @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 = {
    _, _, _, _ in -1
}

func digest(_ bytes: [UInt8], _ algorithm: OpaquePointer?) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var length: UInt32 = 0
    guard EVP_Digest(bytes, bytes.count, &digest, &length, algorithm, nil) == 1 else { return [] }
    return Array(digest.prefix(Int(length)))
}

func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// What a memory BIO holds.
func content(of memory: OpaquePointer) -> String {
    var start: UnsafePointer<CChar>?
    let length = copenssl_memory_content(memory, &start)
    guard let start, length > 0 else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
}

private func text(of name: OpaquePointer?) -> String {
    guard let name, let memory = copenssl_memory() else { return "" }
    defer { BIO_free(memory) }
    let flags = UInt(XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN) | UInt(ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_UTF8_CONVERT)
    X509_NAME_print_ex(memory, name, 0, flags)
    return content(of: memory)
}

private func entry(_ nid: Int32, of name: OpaquePointer?) -> String {
    let index = X509_NAME_get_index_by_NID(name, nid, -1)
    guard index >= 0, let data = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)) else { return "" }
    var start: UnsafeMutablePointer<UInt8>?
    let length = ASN1_STRING_to_UTF8(&start, data)
    guard length >= 0, let start else { return "" }
    defer { CRYPTO_free(start, #file, #line) }
    let text = String(decoding: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)
    return String(text.filter { !$0.isNewline && $0 != "\0" && $0 != "\u{1B}" })
}

private func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
    var parts = tm()
    guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
    return Int64(timegm(&parts))
}
