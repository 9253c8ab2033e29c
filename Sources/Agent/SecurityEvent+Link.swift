import CentralSystemLink
import ChargePointCore

extension LinkFailure {
    /// What the failure is in the words of the security whitepaper's list (§8); nil: no security event.
    var securityEvent: SecurityEvent? {
        switch kind {
        case .unauthorised, .httpStatus(403): .failedToAuthenticateAtCentralSystem
        case .tls(let failure): failure.securityEvent
        case .protocolError, .notText, .tooBig: .invalidMessages
        case .invalidURL, .transportSecurityUnavailable, .nameResolution, .connectionRefused, .unreachable, .timedOut, .httpStatus,
            .redirect, .subprotocol, .pongMissed, .closedByPeer, .connectionLost, .closedByUs, .notConnected, .sendBufferFull:
            nil
        }
    }
}

extension TLSFailure {
    var securityEvent: SecurityEvent? {
        switch self {
        case .unknownIssuer, .selfSigned, .expired, .notYetValid, .weakKey, .weakSignature, .revoked, .unacceptable:
            .invalidCentralSystemCertificate
        // A good certificate, but of somebody else.
        case .wrongName: .centralSystemFailedToAuthenticate
        case .noCommonVersion: .invalidTLSVersion
        case .noCommonCipher: .invalidTLSCipherSuite
        case .clientCertificateMissing, .clientCertificateRefused: .failedToAuthenticateAtCentralSystem
        case .notTLS, .alert, .endedDuringHandshake, .timedOut, .brokenProtocol: nil
        }
    }
}
