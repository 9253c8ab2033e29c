public import BoardSupport
public import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A meter that signs in OCMF what another one measures: with the simulated meter it makes a meter that can be billed by.
///
/// The key and the count of records are in files beside the simulated register, and outlive the process like it.
public actor SigningMeter: EnergyMeter {
    private let meter: any EnergyMeter
    private let key: MeterKey
    private let serialNumber: String
    private let pagePath: String
    private var page: Int

    /// - Parameters:
    ///   - pagePath: the file that keeps the number of the last record.
    public init(_ meter: any EnergyMeter, key: MeterKey, serialNumber: String, pagePath: String) {
        self.meter = meter
        self.key = key
        self.serialNumber = serialNumber
        self.pagePath = pagePath
        page = Self.storedPage(pagePath)
    }

    public func read() async throws(MeterFault) -> MeterReading { try await meter.read() }

    public func signedReading(_ request: SigningRequest) async throws(MeterFault) -> MeterReading {
        var reading = try await meter.read()
        // On disk before it is used: a number that was given out is never given out again.
        guard store(page + 1) else { throw .unsigned("\(pagePath) cannot be written: \(String(cString: strerror(errno)))") }
        page += 1
        let record = OCMFRecord(serialNumber: serialNumber, page: page, register: reading.energyImport, request: request)
        guard let data = record.signed(by: key.signature) else { throw .unsigned("libcrypto made no signature") }
        reading.signed = SignedReading(data: data, encodingMethod: "OCMF", request: request)
        return reading
    }

    private func store(_ page: Int) -> Bool {
        let descriptor = open(pagePath, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // Always as long, in one write: what is there is the old number or the new one.
        let digits = String(page)
        let text = Array((String(repeating: "0", count: max(0, 20 - digits.count)) + digits + "\n").utf8)
        return pwrite(descriptor, text, text.count, 0) == text.count && fdatasync(descriptor) == 0
    }

    private static func storedPage(_ path: String) -> Int {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 20)
        guard pread(descriptor, &bytes, bytes.count, 0) == bytes.count else { return 0 }
        return Int(String(decoding: bytes, as: UTF8.self)) ?? 0
    }
}
