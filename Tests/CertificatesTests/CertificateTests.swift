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

@Suite struct `A text with certificates` {
    @Test(arguments: ["", "nonsense", "-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n"])
    func `that has none is an error`(text: String) {
        #expect(throws: CertificateProblem.self) { try Certificate.all(pem: text) }
    }
}
