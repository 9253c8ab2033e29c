import BoardSupport
import COpenSSL
import MeterSigning
import Testing
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

private struct FixedMeter: EnergyMeter {
    var register: WattHours = 2_935_600
    func read() async throws(MeterFault) -> MeterReading { MeterReading(energyImport: register) }
}

/// A folder that goes away with the test.
private final class Folder {
    let path: String

    init() {
        var template = Array("/tmp/ladepunkt-meter-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? ""
    }
    deinit {
        for name in ["key", "page"] { unlink("\(path)/\(name)") }
        rmdir(path)
    }
    var key: String { path + "/key" }
    var page: String { path + "/page" }
}

private func request(
    _ occasion: SigningRequest.Occasion = .begin, idTag: String = "04A2B3C4", isTimeKnown: Bool = true
) -> SigningRequest {
    SigningRequest(
        occasion: occasion, idTag: idTag, time: Timestamp(milliseconds: 1_795_338_000_250), isTimeKnown: isTimeKnown)
}

/// What stands between the bars.
private func sections(_ data: [UInt8]) -> [String] {
    String(decoding: data, as: UTF8.self).split(separator: "|", omittingEmptySubsequences: false).map(String.init)
}

private func isValid(_ signature: [UInt8], of bytes: [UInt8], under publicKey: [UInt8]) -> Bool {
    let key = publicKey.withUnsafeBufferPointer { buffer in
        var place = buffer.baseAddress
        return d2i_PUBKEY(nil, &place, buffer.count)
    }
    let context = EVP_MD_CTX_new()
    defer {
        EVP_MD_CTX_free(context)
        EVP_PKEY_free(key)
    }
    return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
        && EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
}

private func bytes(_ digits: some StringProtocol) -> [UInt8] {
    let digits = Array(digits)
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
}

@Suite struct `A signed reading` {
    @Test func `is an OCMF record whose payload the meter's key has signed`() async throws {
        let folder = Folder()
        let key = try MeterKey(path: folder.key)
        let meter = SigningMeter(FixedMeter(), key: key, serialNumber: "SIM-1", pagePath: folder.page)

        let reading = try await meter.signedReading(request())

        let signed = try #require(reading.signed)
        let sections = sections(signed.data)
        #expect(reading.energyImport == 2_935_600)
        #expect(signed.encodingMethod == "OCMF" && signed.signingMethod.isEmpty && signed.request == request())
        #expect(sections.count == 3 && sections[0] == "OCMF")
        #expect(
            sections[1]
                == #"{"FV":"1.4","GI":"Ladepunkt simulated meter","GS":"SIM-1","GV":"\#(Software.version)","PG":"T1","MV":"Ladepunkt","#
                + #""MM":"simulated","MS":"SIM-1","IS":true,"IL":"HEARSAY","IF":[],"IT":"UNDEFINED","ID":"04A2B3C4","RD":[{"#
                + #""TM":"2026-11-22T09:00:00,250+0000 S","TX":"B","RV":2935.600,"RI":"01-00:01.08.00*FF","RU":"kWh","RT":"AC","#
                + #""EF":"","ST":"G"}]}"#)
        let signature = try #require(sections[2].firstMatch(of: /"SA":"ECDSA-secp256r1-SHA256","SD":"([0-9a-f]+)"/))
        #expect(isValid(bytes(signature.1), of: Array(sections[1].utf8), under: key.publicKey))
        #expect(!isValid(bytes(signature.1), of: Array((sections[1] + " ").utf8), under: key.publicKey))
    }

    @Test(arguments: [
        (SigningRequest.Occasion.begin, "B"), (.during, "C"), (.end(.locally), "L"), (.end(.remotely), "R"), (.end(.byError), "A"),
        (.end(.byPowerFailure), "P"), (.end(.otherwise), "E"),
    ])
    func `says where in the transaction it stands`(occasion: SigningRequest.Occasion, letter: String) {
        let record = OCMFRecord(serialNumber: "1", page: 1, register: 7, request: request(occasion))

        #expect(record.payload.contains(#""TX":"\#(letter)","RV":0.007,"#))
    }

    @Test func `says that a clock is not to be trusted which nobody set`() {
        let record = OCMFRecord(serialNumber: "1", page: 1, register: 7, request: request(isTimeKnown: false))

        #expect(record.payload.contains(#"+0000 U""#))
    }

    @Test(arguments: ["a|b", "\"\\", "Säule😀", "\n"]) func `has no bar and no broken JSON in it, whoever charges`(idTag: String) {
        let payload = OCMFRecord(serialNumber: "1", page: 1, register: 7, request: request(idTag: idTag)).payload

        #expect(!payload.contains("|"))
        #expect(payload.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }

    @Test func `has its own page, also after a restart`() async throws {
        let folder = Folder()
        let key = try MeterKey(path: folder.key)
        var pages: [String] = []
        for _ in 0..<2 {
            let meter = SigningMeter(FixedMeter(), key: key, serialNumber: "SIM-1", pagePath: folder.page)
            for _ in 0..<2 {
                let data = try await meter.signedReading(request()).signed?.data ?? []
                pages.append(sections(data)[1].firstMatch(of: /"PG":"(T\d+)"/).map { String($0.1) } ?? "none")
            }
        }

        #expect(pages == ["T1", "T2", "T3", "T4"])
    }

    @Test func `is not given where its page cannot be kept`() async throws {
        let folder = Folder()
        let meter = SigningMeter(
            FixedMeter(), key: try MeterKey(path: folder.key), serialNumber: "SIM-1", pagePath: folder.path + "/none/page")

        await #expect(throws: MeterFault.self) { try await meter.signedReading(request()) }
    }
}

@Suite struct `A simulated meter's key` {
    @Test func `is made once, and only its owner may read it`() throws {
        let folder = Folder()
        let made = try MeterKey(path: folder.key)
        var status = stat()

        #expect(try MeterKey(path: folder.key).publicKey == made.publicKey)
        #expect(stat(folder.key, &status) == 0 && status.st_mode & 0o777 == 0o600)
        // SubjectPublicKeyInfo of an uncompressed point on secp256r1.
        #expect(made.publicKey.count == 91 && made.publicKey.prefix(2) == [0x30, 0x59])
    }

    @Test func `that is none is refused in words`() throws {
        let folder = Folder()
        let file = try #require(fopen(folder.key, "w"))
        fputs("rubbish", file)
        fclose(file)

        let failure = #expect(throws: MeterKey.Failure.self) { try MeterKey(path: folder.key) }
        #expect(failure?.description.contains("it is no private key") == true)
    }
}
