import COpenSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The private key of a simulated meter: ECDSA on secp256r1, kept in a file that its owner alone may read.
public final class MeterKey: Sendable {
    public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        public var path: String
        public var problem: String
        public var description: String { "\(path): \(problem)" }
    }

    /// Never changed after `init`; libcrypto counts its references and signs with it from any thread.
    nonisolated(unsafe) private let key: OpaquePointer

    /// The key in this file, or a new one that is put there. Of two processes that make one at once both get the same.
    public init(path: String) throws(Failure) {
        if let found = try MeterKey.load(path) {
            key = found
            return
        }
        try MeterKey.generate(path)
        guard let made = try MeterKey.load(path) else { throw Failure(path: path, problem: "it went away as soon as it was made") }
        key = made
    }

    deinit { EVP_PKEY_free(key) }

    /// The ASN.1 structure with algorithm, curve and point (RFC 5480), as printed on a meter.
    public var publicKey: [UInt8] {
        MeterKey.encoded { i2d_PUBKEY(self.key, $0) }
    }

    /// ECDSA over SHA-256 of the bytes, as ASN.1; nil where memory is short.
    public func signature(of bytes: [UInt8]) -> [UInt8]? {
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        var length = 0
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestSign(context, nil, &length, bytes, bytes.count) == 1
        else { return nil }
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, bytes, bytes.count) == 1 else { return nil }
        return Array(signature.prefix(length))
    }

    // MARK: The file

    /// nil: there is none.
    private static func load(_ path: String) throws(Failure) -> OpaquePointer? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0, errno == ENOENT { return nil }
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw failure(path) }
        let key = bytes.withUnsafeBufferPointer { buffer in
            var place = buffer.baseAddress
            return d2i_AutoPrivateKey(nil, &place, count)
        }
        guard let key else {
            throw Failure(path: path, problem: "it is no private key; remove it, and the simulated meter gets a new one")
        }
        guard EVP_PKEY_get_bits(key) == 256 else {
            EVP_PKEY_free(key)
            throw Failure(path: path, problem: "its key is not on the curve secp256r1; remove it")
        }
        return key
    }

    /// Under another name first, so that nobody ever finds half a key.
    private static func generate(_ path: String) throws(Failure) {
        var key: OpaquePointer?
        let generator = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil)
        defer { EVP_PKEY_CTX_free(generator) }
        guard EVP_PKEY_keygen_init(generator) == 1,
            EVP_PKEY_CTX_set_ec_paramgen_curve_nid(generator, NID_X9_62_prime256v1) == 1,
            EVP_PKEY_keygen(generator, &key) == 1, let made = key
        else { throw Failure(path: path, problem: "libcrypto could not make a key") }
        defer { EVP_PKEY_free(made) }
        let bytes = encoded { i2d_PrivateKey(made, $0) }
        let draft = "\(path).\(getpid())"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure(draft) }
        defer {
            close(descriptor)
            unlink(draft)
        }
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else { throw failure(draft) }
        // Unlike a rename it leaves a key alone that another process has made meanwhile.
        guard link(draft, path) == 0 || errno == EEXIST else { throw failure(path) }
    }

    private static func encoded(_ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8] {
        let length = encode(nil)
        guard length > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: Int(length))
        bytes.withUnsafeMutableBufferPointer { buffer in
            var place = buffer.baseAddress
            _ = encode(&place)
        }
        return bytes
    }

    private static func failure(_ path: String) -> Failure { Failure(path: path, problem: String(cString: strerror(errno))) }
}
