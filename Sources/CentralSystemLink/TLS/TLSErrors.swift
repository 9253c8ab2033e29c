internal import COpenSSL
internal import Units

// From libssl's numbers to what they mean here.

/// An entry of libssl's error queue.
struct LibraryError {
    let code: UInt

    /// The first entry, which is the cause; `nil` where the queue is empty.
    static var first: LibraryError? {
        let code = ERR_peek_error()
        return code == 0 ? nil : LibraryError(code: code)
    }

    var reason: Int32 { copenssl_reason(code) }
    var words: String {
        ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(String(code, radix: 16))"
    }

    /// The number of the alert that the other side sent; `nil` where it is an error of this side.
    var alert: Int32? {
        let number = reason - SSL_AD_REASON_OFFSET
        return (0...255).contains(number) && code >> 23 & 0xFF == UInt(ERR_LIB_SSL) ? number : nil
    }
}

extension TLSFailure {
    /// What the other side's alert means (RFC 8446 §6.2).
    ///
    /// - Parameters:
    ///   - words: libssl's text for it.
    ///   - certificate: whether the server asked for a client certificate, and one was configured.
    init(alert: Int32, words: String, certificate: ClientCertificateStep) {
        switch (alert, certificate) {
        case (SSL_AD_PROTOCOL_VERSION, _): self = .noCommonVersion
        case (SSL_AD_INSUFFICIENT_SECURITY, _), (SSL_AD_HANDSHAKE_FAILURE, .notAsked): self = .noCommonCipher
        case (SSL_AD_CERTIFICATE_REQUIRED, .notAsked), (SSL_AD_CERTIFICATE_REQUIRED, .missing): self = .clientCertificateMissing
        case (SSL_AD_BAD_CERTIFICATE, .missing), (SSL_AD_HANDSHAKE_FAILURE, .missing), (SSL_AD_CERTIFICATE_UNKNOWN, .missing),
            (SSL_AD_ACCESS_DENIED, .missing), (SSL_AD_UNKNOWN_CA, .missing):
            self = .clientCertificateMissing
        case (SSL_AD_BAD_CERTIFICATE, .shown), (SSL_AD_UNSUPPORTED_CERTIFICATE, .shown), (SSL_AD_CERTIFICATE_REVOKED, .shown),
            (SSL_AD_CERTIFICATE_EXPIRED, .shown), (SSL_AD_CERTIFICATE_UNKNOWN, .shown), (SSL_AD_UNKNOWN_CA, .shown),
            (SSL_AD_HANDSHAKE_FAILURE, .shown), (SSL_AD_ACCESS_DENIED, .shown), (SSL_AD_DECRYPT_ERROR, .shown),
            (SSL_AD_CERTIFICATE_REQUIRED, .shown):
            self = .clientCertificateRefused(words)
        default: self = .alert(words)
        }
    }

    /// What went wrong on this side of the handshake.
    init(local error: LibraryError?) {
        switch error?.reason {
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_VERSION_TOO_LOW: self = .noCommonVersion
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_RECORD_TOO_SMALL: self = .notTLS
        case SSL_R_UNKNOWN_CIPHER_RETURNED, SSL_R_WRONG_CIPHER_RETURNED, SSL_R_DH_KEY_TOO_SMALL, SSL_R_WRONG_CURVE,
            SSL_R_WRONG_SIGNATURE_TYPE, SSL_R_NO_SUITABLE_KEY_SHARE:
            self = .noCommonCipher
        default: self = .brokenProtocol(error?.words ?? "no reason given")
        }
    }

    /// What the verification of a certificate found.
    ///
    /// - Parameter host: as it stands in the URL.
    init(verification code: Int32, certificate: CertificateSummary, trust: Trust, host: String, now: Timestamp) {
        let subject = certificate.subject
        switch code {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_CERT_SIGNATURE_FAILURE:
            self = .unknownIssuer(certificate.issuer, trust: trust)
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: self = .selfSigned(subject, trust: trust)
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: self = .wrongName(wanted: host, names: certificate.names)
        case X509_V_ERR_CERT_HAS_EXPIRED: self = .expired(subject, since: certificate.notAfter, now: now)
        case X509_V_ERR_CERT_NOT_YET_VALID: self = .notYetValid(subject, from: certificate.notBefore, now: now)
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL: self = .weakKey(subject)
        case X509_V_ERR_CA_MD_TOO_WEAK: self = .weakSignature(subject)
        case X509_V_ERR_CERT_REVOKED: self = .revoked(subject)
        default:
            let words = X509_verify_cert_error_string(Int(code)).map { String(cString: $0) } ?? "error \(code)"
            self = .unacceptable(subject, words)
        }
    }
}

/// How far the exchange about a client certificate has come.
enum ClientCertificateStep: Sendable, Equatable { case notAsked, missing, shown }
