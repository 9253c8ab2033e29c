import Certificates
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Security whitepaper L01.FR.12, FR.23 to FR.25.
@Suite struct `A signing certificate` {
    /// 2026-11-22.
    static let now: Int64 = 1_795_338_000
    static let signing = FirmwareSigning(roots: [SigningExamples.root])

    @Test(arguments: [SigningExamples.curveSigner, SigningExamples.rsaSigner])
    func `of the manufacturer's may sign`(pem: String) {
        #expect(Self.signing.judge(pem, at: Self.now) == .valid)
    }

    @Test func `is recognised with its line ends escaped twice`() {
        #expect(Self.signing.judge(SigningExamples.curveSigner.replacing("\n", with: "\\n"), at: Self.now) == .valid)
    }

    @Test(
        arguments: [
            ("", now), ("nonsense", now), (SigningExamples.otherRoot, now), (SigningExamples.server, now),
            (SigningExamples.encipherment, now),
            // 2025 and 2047.
            (SigningExamples.curveSigner, 1_750_000_000), (SigningExamples.curveSigner, 2_430_000_000),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", now),
        ] as [(String, Int64)])
    func `of anybody else, of another time or for another use may not`(pem: String, time: Int64) {
        guard case .invalid(let reason) = Self.signing.judge(pem, at: time) else {
            Issue.record("it was taken")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func `that was revoked is told apart`() {
        let signing = FirmwareSigning(roots: [SigningExamples.root + "\n" + SigningExamples.revocations])

        guard case .revoked = signing.judge(SigningExamples.curveSigner, at: Self.now) else {
            Issue.record("it was taken")
            return
        }
        #expect(signing.judge(SigningExamples.rsaSigner, at: Self.now) == .valid)
    }

    @Test(arguments: [[], [""], [SigningExamples.otherRoot]])
    func `is nobody's without the root`(roots: [String]) {
        guard case .invalid = FirmwareSigning(roots: roots).judge(SigningExamples.curveSigner, at: Self.now) else {
            Issue.record("it was taken")
            return
        }
    }
}

/// Security whitepaper L01.FR.04.
@Suite struct `A signature over a firmware file` {
    static func flaw(_ certificate: String, _ signature: String, content: String = "firmware\n", isCancelled: Bool = false)
        -> String?
    {
        var template = Array("/tmp/ladepunkt-image-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        let bytes = Array(content.utf8)
        write(descriptor, bytes, bytes.count)
        close(descriptor)
        return FirmwareSignature(certificate: certificate, signature: signature).flaw(ofFile: path) { isCancelled }
    }

    @Test(arguments: [
        (SigningExamples.curveSigner, SigningExamples.curveSignature), (SigningExamples.rsaSigner, SigningExamples.pssSignature),
        (SigningExamples.rsaSigner, SigningExamples.pssSignatureWithLongSalt),
    ])
    func `by ECDSA or RSA-PSS is good`(certificate: String, signature: String) {
        #expect(Self.flaw(certificate, signature) == nil)
    }

    @Test(arguments: [
        (SigningExamples.curveSigner, SigningExamples.pssSignature), (SigningExamples.rsaSigner, SigningExamples.curveSignature),
        (SigningExamples.curveSigner, ""), (SigningExamples.curveSigner, "?"), (SigningExamples.curveSigner, "===="),
        (SigningExamples.curveSigner, "AAAA"), ("nonsense", SigningExamples.curveSignature),
    ])
    func `of another key, or of nothing, is not`(certificate: String, signature: String) {
        #expect(Self.flaw(certificate, signature) != nil)
    }

    @Test func `over another file is not`() {
        #expect(Self.flaw(SigningExamples.curveSigner, SigningExamples.curveSignature, content: "firmwarf\n") != nil)
        #expect(Self.flaw(SigningExamples.curveSigner, SigningExamples.curveSignature, content: "") != nil)
    }

    @Test func `in the old manner is refused, and said to be`() {
        #expect(Self.flaw(SigningExamples.rsaSigner, SigningExamples.oldSignature)?.contains("PKCS #1") ?? false)
    }

    @Test func `over a file that is not there, or not looked at to its end, is not good`() {
        let signature = FirmwareSignature(certificate: SigningExamples.curveSigner, signature: SigningExamples.curveSignature)

        #expect(signature.flaw(ofFile: "/nowhere/image") != nil)
        #expect(Self.flaw(SigningExamples.curveSigner, SigningExamples.curveSignature, isCancelled: true) != nil)
    }
}
