internal import COpenSSL
internal import NIOCore
internal import Units

/// One TLS connection as a transformer of bytes: no socket, no timer, no clock in it.
///
/// What arrives goes in by `receive`, what is to be sent comes out by `takeOutgoing`, which is asked after every other call, failed
/// ones too: an alert may be waiting. Lives on one event loop.
final class TLSEngine {
    enum Step: Equatable {
        case done, needsBytes
        case failed(TLSFailure)
    }
    enum Reading: Equatable {
        case bytes(ByteBuffer), needsBytes
        /// The other side has said that nothing follows (close_notify).
        case ended
        case failed(TLSFailure)
    }

    /// What is encrypted in one go: memory BIOs keep the size that they once had.
    private static let pieceSize = 64 * 1024

    private let ssl: OpaquePointer
    // Both belong to `ssl`.
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    /// Keeps the `SSL_CTX` and what hangs on it alive.
    private let context: TLSContext
    private let host: String
    private let server: String
    private let now: Timestamp
    private let mayIdentify: Bool
    private var offered: TLSSessions.Session?
    private var certificateStep = ClientCertificateStep.notAsked
    private var verificationFailure: TLSFailure?
    private var isEstablished = false
    /// The server has gone on after the handshake: it can no longer be the client certificate that it minds.
    private var isAccepted = false
    private var isBroken = false

    /// - Parameters:
    ///   - host: name or address as it stands in the URL, the zone of an IPv6 address included.
    ///   - now: the time at which certificates must be valid.
    ///   - mayIdentify: whether this server may see our client certificate; where not, it gets none even if it asks.
    /// - Returns: `nil` where memory is short.
    init?(_ context: TLSContext, host: String, port: Int, now: Timestamp, mayIdentify: Bool = true) {
        ERR_clear_error()
        guard let ssl = SSL_new(context.pointer) else { return nil }
        guard let incoming = copenssl_memory(), let outgoing = copenssl_memory() else {
            SSL_free(ssl)
            return nil
        }
        SSL_set_bio(ssl, incoming, outgoing)
        SSL_set_connect_state(ssl)
        if !mayIdentify { SSL_certs_clear(ssl) }
        self.mayIdentify = mayIdentify
        self.ssl = ssl
        self.incoming = incoming
        self.outgoing = outgoing
        self.context = context
        self.host = host
        self.now = now
        server = "\(host) \(port)"
        // libssl's callbacks run inside calls of this object's methods only, so it outlives them.
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
        SSL_set_cert_cb(ssl, TLSEngine.certificateAsked, nil)
        let parameters = SSL_get0_param(ssl)
        X509_VERIFY_PARAM_set_time(parameters, time_t(clamping: now.milliseconds / 1000))
        nameServer(parameters)
        if let session = context.sessions.take(for: server, at: now) {
            SSL_set_session(ssl, session.pointer)
            offered = session
        }
    }

    deinit { SSL_free(ssl) }

    /// Whom to reach and whom to expect: SNI has no place for addresses (RFC 6066 §3).
    private func nameServer(_ parameters: OpaquePointer?) {
        let address = String(host.prefix { $0 != "%" })
        let isAddress = X509_VERIFY_PARAM_set1_ip_asc(parameters, address) == 1
        ERR_clear_error()
        guard !isAddress else {
            // What is set is checked.
            if !context.files.verifiesHostname { X509_VERIFY_PARAM_set1_ip(parameters, nil, 0) }
            return
        }
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        _ = copenssl_set_server_name(ssl, name)
        if context.files.verifiesHostname { X509_VERIFY_PARAM_set1_host(parameters, name, 0) }
    }

    // MARK: Bytes

    func receive(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { bytes in _ = BIO_write(incoming, bytes.baseAddress, Int32(bytes.count)) }
    }

    /// What is to be sent now; `nil`: nothing.
    func takeOutgoing() -> ByteBuffer? {
        let count = BIO_ctrl_pending(outgoing)
        guard count > 0 else { return nil }
        var buffer = ByteBuffer()
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
            max(0, Int(BIO_read(outgoing, space.baseAddress, Int32(count))))
        }
        return buffer
    }

    // MARK: Steps

    func handshake() -> Step {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        if result == 1 {
            isEstablished = true
            if let offered, SSL_session_reused(ssl) == 1, SSL_version(ssl) == TLS1_2_VERSION {
                context.sessions.putBack(offered, for: server)
            }
            return .done
        }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsBytes
        case SSL_ERROR_ZERO_RETURN: return .failed(broken(.endedDuringHandshake))
        default: return .failed(broken(failure()))
        }
    }

    func read() -> Reading {
        guard !isBroken else { return .needsBytes }
        ERR_clear_error()
        var buffer = ByteBuffer()
        var result: Int32 = 0
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: Int(SSL3_RT_MAX_PLAIN_LENGTH)) { space in
            result = SSL_read(ssl, space.baseAddress, Int32(space.count))
            return max(0, Int(result))
        }
        if result > 0 {
            isAccepted = true
            return .bytes(buffer)
        }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsBytes
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .failed(broken(failure()))
        }
    }

    /// Encrypts all of `bytes`; `sink` gets it piece by piece.
    func write(_ bytes: ByteBuffer, sink: (ByteBuffer, _ isLast: Bool) -> Void) -> TLSFailure? {
        var rest = bytes
        while let piece = rest.readSlice(length: min(rest.readableBytes, TLSEngine.pieceSize)), piece.readableBytes > 0 {
            ERR_clear_error()
            // The memory takes everything and nothing is renegotiated, so a write is never partial.
            let result = piece.withUnsafeReadableBytes { SSL_write(ssl, $0.baseAddress, Int32($0.count)) }
            guard result == piece.readableBytes else { return broken(failure()) }
            if let encrypted = takeOutgoing() { sink(encrypted, rest.readableBytes == 0) }
        }
        return nil
    }

    /// Says that nothing follows (close_notify).
    func sayGoodbye() {
        guard isEstablished, !isBroken else { return }
        ERR_clear_error()
        SSL_shutdown(ssl)
    }

    // MARK: Failures

    /// Why the connection broke off without a word of TLS, where that says something: a server that refuses the client certificate
    /// in TLS 1.3 does so after the handshake, and its reset may overtake its alert.
    var lostConnection: TLSFailure? {
        if offered != nil, !isEstablished { context.sessions.refuse(for: server) }
        guard !isAccepted else { return nil }
        switch certificateStep {
        case .shown: return .clientCertificateRefused("it broke the connection off when it had seen it")
        case .missing: return .clientCertificateMissing
        case .notAsked: return isEstablished ? nil : .endedDuringHandshake
        }
    }

    private func broken(_ failure: TLSFailure) -> TLSFailure {
        isBroken = true
        if offered != nil, !isEstablished { context.sessions.refuse(for: server) }
        ERR_clear_error()
        return failure
    }

    private func failure() -> TLSFailure {
        if let verificationFailure { return verificationFailure }
        let error = LibraryError.first
        if let error, let alert = error.alert {
            return TLSFailure(alert: alert, words: error.words, certificate: isAccepted ? .notAsked : certificateStep)
        }
        return isEstablished ? .brokenProtocol(error?.words ?? "no reason given") : TLSFailure(local: error)
    }

    // MARK: The other side

    /// Who the other side is, once the handshake is done.
    var peer: TLSPeer {
        let version = String(cString: SSL_get_version(ssl))
        let cipherSuite = SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)).map { String(cString: $0) } ?? ""
        let isResumed = SSL_session_reused(ssl) == 1
        let verified = SSL_get0_verified_chain(ssl)
        let chain =
            isResumed
            ? offered?.peer.chain ?? []
            : (0..<copenssl_certificate_count(verified)).compactMap { copenssl_certificate(verified, $0) }.map {
                CertificateSummary($0)
            }
        return TLSPeer(version: version, cipherSuite: cipherSuite, chain: chain, trust: context.trust, isResumed: isResumed)
    }

    private static func engine(of ssl: OpaquePointer?) -> TLSEngine? {
        guard let ssl, let data = SSL_get_ex_data(ssl, 0) else { return nil }
        return Unmanaged<TLSEngine>.fromOpaque(data).takeUnretainedValue()
    }

    /// Called for each certificate of the chain; keeps the reason of the first that fails.
    static let verified: @convention(c) (Int32, OpaquePointer?) -> Int32 = { isValid, store in
        guard isValid != 1 else { return 1 }
        let code = X509_STORE_CTX_get_error(store)
        // A list that is missing or old still counts for what it says; it must not stop every charge point the day it ages.
        if [X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_CRL_NOT_YET_VALID].contains(code) {
            X509_STORE_CTX_set_error(store, X509_V_OK)
            return 1
        }
        guard let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
            let engine = engine(of: OpaquePointer(ssl))
        else { return 0 }
        let certificate = X509_STORE_CTX_get_current_cert(store).map { CertificateSummary($0) }
        if engine.verificationFailure == nil {
            engine.verificationFailure = TLSFailure(
                verification: code,
                certificate: certificate
                    ?? CertificateSummary(
                        subject: "", issuer: "", notBefore: Timestamp(seconds: 0), notAfter: Timestamp(seconds: 0)),
                trust: engine.context.trust, host: engine.host, now: engine.now)
        }
        return 0
    }

    /// Called when the server asks for a client certificate.
    private static let certificateAsked: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = { ssl, _ in
        guard let engine = engine(of: ssl) else { return 1 }
        engine.certificateStep = engine.context.clientCertificate == nil || !engine.mayIdentify ? .missing : .shown
        return 1
    }

    /// Called with each session that could be resumed later; 1: the reference is taken over.
    static let newSession: @convention(c) (OpaquePointer?, OpaquePointer?) -> Int32 = { ssl, session in
        guard let engine = engine(of: ssl), let session else { return 0 }
        // With TLS 1.3 a server sends it after the handshake: by then it has accepted the client certificate.
        if engine.isEstablished { engine.isAccepted = true }
        engine.context.sessions.keep(TLSSessions.Session(owning: session, peer: engine.peer), for: engine.server)
        return 1
    }
}
