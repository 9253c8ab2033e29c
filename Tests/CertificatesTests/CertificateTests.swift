import COpenSSL
import Certificates
import Testing

/// An authority and what it signed, made with `openssl`: dates from 2026 to 2126.
enum Made {
    static let start: Int64 = 1_790_000_000
}

@Suite struct `A private key` {
    @Test(arguments: [PrivateKey.Kind.p256, .rsa3072]) func `is written and read back`(kind: PrivateKey.Kind) throws {
        let pem = try PrivateKey.make(kind).pem()

        #expect(pem.hasPrefix("-----BEGIN PRIVATE KEY-----"))
        #expect(try PrivateKey(pem: pem).pem() == pem)
    }

    @Test(arguments: ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func `that is none is an error`(text: String) {
        #expect(throws: CertificateProblem.self) { try PrivateKey(pem: text) }
    }

    @Test func `makes a signing request`() throws {
        let request = try PrivateKey.make().signingRequest(commonName: "0001", organization: "Example")

        #expect(request.hasPrefix("-----BEGIN CERTIFICATE REQUEST-----"))
        #expect(request.count < 5500)
    }

    @Test func `makes none where the subject is too long`() throws {
        let key = try PrivateKey.make()

        #expect(throws: CertificateProblem.self) {
            try key.signingRequest(commonName: String(repeating: "x", count: 65), organization: "Example")
        }
    }

    @Test(arguments: [
        ("pkcs11:token=x;pin-value=1234", true), ("handle:0x81000001", true), ("cp.key", false), ("/etc/cp.key", false),
        ("./a:b", false), ("-----BEGIN PRIVATE KEY-----", false),
    ])
    func `of a provider is told from a file by its scheme`(text: String, isURI: Bool) { #expect(PrivateKey.isURI(text) == isURI) }

    @Test func `of a provider that is not there is an error without the PIN`() {
        let error = #expect(throws: CertificateProblem.self) { try PrivateKey(uri: "pkcs11:token=no-such-token;pin-value=1234") }

        #expect(error?.description.contains("1234") == false)
    }
}

@Suite struct `A key that signs by another one` {
    let original: PrivateKey
    let key: PrivateKey

    init() throws {
        original = try .make()
        key = try PrivateKey(signingBy: original)
    }

    @Test func `makes the signing request that the other one would`() throws {
        let request = try Request(key.signingRequest(commonName: "0001", organization: "Example"))

        let others = try Request(original.signingRequest(commonName: "0001", organization: "Example"))
        #expect(request.isSigned(by: original))
        #expect(request.publicKey == others.publicKey)
    }

    @Test func `keeps it alive`() throws {
        let key = try PrivateKey(signingBy: .make())

        let request = try Request(key.signingRequest(commonName: "0001", organization: "Example"))

        #expect(request.isSigned)
    }

    @Test func `never has the private half`() {
        let error = #expect(throws: CertificateProblem.self) { try key.pem() }

        #expect(error?.description.hasPrefix("the key cannot be written") == true)
    }

    @Test func `demands SHA-256`() throws {
        #expect(key.onlyHash == .sha256)
        #expect(original.onlyHash == nil)
    }

    @Test func `on P-384 demands SHA-384`() throws {
        let original = try PrivateKey(curve: NID_secp384r1)
        let key = try PrivateKey(signingBy: original)

        let request = try Request(key.signingRequest(commonName: "0001", organization: "Example"))

        #expect(key.onlyHash == .sha384)
        #expect(request.isSigned(by: original))
        #expect(request.signature == NID_ecdsa_with_SHA384)
    }

    @Test func `signs nothing whose length is no hash's`() throws {
        #expect(try signature(over: [UInt8](repeating: 7, count: 31), with: key.pointer) == nil)
    }

    @Test(arguments: [NID_secp521r1, NID_secp256k1]) func `is on no other curve`(curve: Int32) throws {
        let error = #expect(throws: CertificateProblem.self) { try PrivateKey(signingBy: PrivateKey(curve: curve)) }

        #expect(error?.description.contains("P-256 and P-384") == true)
    }

    @Test func `is no RSA key`() throws {
        let error = #expect(throws: CertificateProblem.self) { try PrivateKey(signingBy: .make(.rsa3072)) }

        #expect(error?.description.contains("RSA") == true)
        #expect(error?.description.contains("tpm2_create -G ecc256:ecdsa-sha256") == true)
    }

    private func signature(over digest: [UInt8], with key: OpaquePointer) throws -> [UInt8]? {
        let context = try #require(EVP_PKEY_CTX_new(key, nil))
        defer { EVP_PKEY_CTX_free(context) }
        var (bytes, count) = ([UInt8](repeating: 0, count: 200), 200)
        let isSigned = EVP_PKEY_sign_init(context) == 1 && EVP_PKEY_sign(context, &bytes, &count, digest, digest.count) == 1
        return isSigned ? Array(bytes.prefix(count)) : nil
    }
}

extension PrivateKey {
    /// A new one on any curve, by its number in libcrypto.
    fileprivate convenience init(curve: Int32) throws {
        let generator = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil)
        defer { EVP_PKEY_CTX_free(generator) }
        EVP_PKEY_keygen_init(generator)
        EVP_PKEY_CTX_set_ec_paramgen_curve_nid(generator, curve)
        var key: OpaquePointer?
        EVP_PKEY_keygen(generator, &key)
        defer { EVP_PKEY_free(key) }
        let memory = copenssl_memory()
        defer { BIO_free(memory) }
        PEM_write_bio_PrivateKey(memory, key, nil, nil, 0, nil, nil)
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(memory))
        BIO_read(memory, &bytes, Int32(bytes.count))
        try self.init(pem: String(decoding: bytes, as: UTF8.self))
    }
}

/// A signing request, read back.
private final class Request {
    private let pointer: OpaquePointer

    init(_ pem: String) throws {
        let memory = copenssl_memory()
        defer { BIO_free(memory) }
        BIO_write(memory, pem, Int32(pem.utf8.count))
        pointer = try #require(PEM_read_bio_X509_REQ(memory, nil, nil, nil))
    }

    deinit { X509_REQ_free(pointer) }

    var isSigned: Bool { X509_REQ_verify(pointer, X509_REQ_get0_pubkey(pointer)) == 1 }
    func isSigned(by key: PrivateKey) -> Bool { X509_REQ_verify(pointer, key.pointer) == 1 }
    var signature: Int32 { X509_REQ_get_signature_nid(pointer) }
    var publicKey: [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_PUBKEY(X509_REQ_get0_pubkey(pointer), &bytes)
        defer { CRYPTO_free(bytes, nil, 0) }
        return Array(UnsafeBufferPointer(start: bytes, count: max(0, Int(count))))
    }
}

@Suite struct `A text with certificates` {
    @Test(arguments: ["", "nonsense", "-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n"])
    func `that has none is an error`(text: String) {
        #expect(throws: CertificateProblem.self) { try Certificate.all(pem: text) }
    }
}
