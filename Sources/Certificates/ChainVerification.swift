internal import COpenSSL

/// A certificate and those that lead from it to a root (RFC 5280 §6).
public enum CertificateChain {
    /// Why the chain does not hold at this time, in words; nil: it leads to one of the roots, and every link of it is sound.
    ///
    /// - Parameters:
    ///   - chain: the certificate first, then others in any order.
    ///   - time: seconds since 1970.
    public static func flaw(_ chain: [Certificate], roots: [Certificate], at time: Int64) -> String? {
        guard let leaf = chain.first else { return "there is no certificate" }
        ERR_clear_error()
        guard let context = X509_STORE_CTX_new(), let store = X509_STORE_new(), let others = copenssl_new_certificates() else {
            return "memory is short"
        }
        defer {
            X509_STORE_CTX_free(context)
            X509_STORE_free(store)
            copenssl_free_certificates(others)
            ERR_clear_error()
        }
        for root in roots { _ = root.withPointer { X509_STORE_add_cert(store, $0) } }
        for other in chain.dropFirst() { _ = other.withPointer { copenssl_add_certificate(others, $0) } }
        return leaf.withPointer { leaf in
            guard X509_STORE_CTX_init(context, store, leaf, others) == 1 else { return "memory is short" }
            let parameters = X509_STORE_CTX_get0_param(context)
            X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
            X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT)
            // As for connections: 112 bits of strength, no broken hash.
            X509_VERIFY_PARAM_set_auth_level(parameters, 2)
            X509_VERIFY_PARAM_set_time(parameters, Int(time))
            guard X509_verify_cert(context) != 1 else { return nil }
            let words = X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(context))).map { String(cString: $0) }
            return words ?? "it cannot be verified"
        }
    }
}
