internal import COpenSSL

/// Who may sign firmware (security whitepaper L01.FR.12, FR.23; certificate hierarchy §2.6.2).
public struct FirmwareSigning: Sendable {
    /// Texts in PEM form: the manufacturer's roots, and revocation lists of theirs.
    public var roots: [String]

    public init(roots: [String]) { self.roots = roots }

    public enum Verdict: Sendable, Equatable {
        case valid
        case invalid(String)
        case revoked(String)
    }

    /// Whether this certificate may sign firmware.
    ///
    /// It must lead to a root of the manufacturer's without others between (what comes with it in the same text is looked at, though),
    /// be of 112 bits of strength at least, be within its time, and not be meant for other things alone.
    /// - Parameter time: seconds since 1970.
    public func judge(_ pem: String, at time: Int64) -> Verdict {
        ERR_clear_error()
        defer { ERR_clear_error() }
        let certificates = PEMText(pem).certificates
        guard let leaf = certificates.first else { return .invalid("the signing certificate is not a certificate in PEM form") }
        if let flaw = Self.purposeFlaw(leaf) { return .invalid(flaw) }
        let trusted = roots.map { PEMText($0) }
        guard trusted.contains(where: { !$0.certificates.isEmpty }) else {
            return .invalid(
                "no root of the manufacturer's is known here: set firmware.caFile, or install a ManufacturerRootCertificate")
        }
        let hasLists = trusted.contains { !$0.revocationLists.isEmpty }
        if hasLists, verify(leaf, certificates, trusted, at: time, withLists: true) == X509_V_ERR_CERT_REVOKED {
            return .revoked("the signing certificate '\(leaf.subject)' was revoked")
        }
        let error = verify(leaf, certificates, trusted, at: time, withLists: false)
        guard error != X509_V_OK else { return .valid }
        let words = X509_verify_cert_error_string(Int(error)).map { String(cString: $0) } ?? "error \(error)"
        return .invalid("the signing certificate '\(leaf.subject)' is not the manufacturer's: \(words)")
    }

    /// A certificate that says what it is for must be for signing.
    private static func purposeFlaw(_ leaf: PEMText.Object) -> String? {
        let usage = X509_get_key_usage(leaf.pointer)
        guard usage & UInt32(KU_DIGITAL_SIGNATURE) != 0 else { return "the certificate's key usage does not allow signatures" }
        // All bits are set where there is no such extension.
        let extended = X509_get_extended_key_usage(leaf.pointer)
        guard extended & UInt32(XKU_CODE_SIGN | XKU_ANYEKU) != 0 else {
            return "the certificate's extended key usage is not code signing"
        }
        return nil
    }

    private func verify(
        _ leaf: PEMText.Object, _ others: [PEMText.Object], _ trusted: [PEMText], at time: Int64, withLists: Bool
    ) -> Int32 {
        guard let context = X509_STORE_CTX_new(), let store = X509_STORE_new(), let between = copenssl_empty_stack() else {
            return X509_V_ERR_OUT_OF_MEM
        }
        defer {
            X509_STORE_CTX_free(context)
            X509_STORE_free(store)
            copenssl_free_stack(between)
        }
        for text in trusted {
            for root in text.certificates { X509_STORE_add_cert(store, root.pointer) }
            if withLists { for list in text.revocationLists { X509_STORE_add_crl(store, list.pointer) } }
        }
        for other in others.dropFirst() { copenssl_push(between, other.pointer) }
        guard X509_STORE_CTX_init(context, store, leaf.pointer, between) == 1 else { return X509_V_ERR_OUT_OF_MEM }
        let parameters = X509_STORE_CTX_get0_param(context)
        var flags = UInt(X509_V_FLAG_PARTIAL_CHAIN)
        if withLists { flags |= UInt(X509_V_FLAG_CRL_CHECK) }
        X509_VERIFY_PARAM_set_flags(parameters, flags)
        // 112 bits, no broken hash (A00.FR.501).
        X509_VERIFY_PARAM_set_auth_level(parameters, 2)
        X509_VERIFY_PARAM_set_time(parameters, Int(time))
        return X509_verify_cert(context) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context)
    }
}
