#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A meter register in a memory-mapped file: every store outlives a killed process, as a real meter's register would.
///
/// Sixteen bytes: `LPMETER1`, then the register in mWh as a little-endian 64-bit integer. The register is one aligned word, so
/// that a process killed in the middle leaves the old value or the new one, never half of each.
final class RegisterFile {
    /// What the register showed when the file was opened, in mWh.
    let initial: Int64
    private let map: UnsafeMutableRawPointer
    private var stored: Int64

    static let size = 16
    private static let registerOffset = 8
    private static let signature = Array("LPMETER1".utf8)

    /// Opens the file, or creates it with register 0.
    /// - Parameter log: told when the file is damaged, and thus the register starts at 0.
    init(path: String, log: @Sendable (String) -> Void) throws(SimulatedBoardError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw .registerFile(path: path, problem: systemMessage(errno)) }
        defer { _ = close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .registerFile(path: path, problem: systemMessage(errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .registerFile(path: path, problem: "it is not a regular file") }

        let found = Int(status.st_size)
        var damage: String?
        if found != RegisterFile.size {
            if found != 0 { damage = "it has \(found) bytes instead of \(RegisterFile.size)" }
            guard ftruncate(descriptor, off_t(RegisterFile.size)) == 0 else {
                throw .registerFile(path: path, problem: systemMessage(errno))
            }
        }
        // A mapped page without a block behind it would kill the process on a full disk.
        let allocation = posix_fallocate(descriptor, 0, off_t(RegisterFile.size))
        guard allocation == 0 else { throw .registerFile(path: path, problem: systemMessage(allocation)) }
        guard let map = mmap(nil, RegisterFile.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), map != MAP_FAILED else {
            throw .registerFile(path: path, problem: systemMessage(errno))
        }

        var value = Int64(littleEndian: map.load(fromByteOffset: RegisterFile.registerOffset, as: Int64.self))
        if found == RegisterFile.size {
            if !UnsafeRawBufferPointer(start: map, count: RegisterFile.signature.count).elementsEqual(RegisterFile.signature) {
                damage = "it does not begin with LPMETER1"
            } else if !(0...SimulatedMeter.maximumMilliwattHours).contains(value) {
                damage = "it holds \(value) mWh, which no meter shows"
            }
        }
        if found != RegisterFile.size || damage != nil { value = 0 }
        self.map = map
        initial = value
        stored = value
        write(value)
        // Last, so that a file with its signature has its register.
        map.copyMemory(from: RegisterFile.signature, byteCount: RegisterFile.signature.count)
        if let damage { log("\(path): the simulated meter's register file is damaged (\(damage)); the register starts at 0 Wh") }
    }

    deinit { munmap(map, RegisterFile.size) }

    /// Keeps the register; an unchanged one leaves the page clean, so that an idle board causes no writing.
    func store(_ milliwattHours: Int64) {
        guard milliwattHours != stored else { return }
        stored = milliwattHours
        write(milliwattHours)
    }

    private func write(_ milliwattHours: Int64) {
        map.storeBytes(of: milliwattHours.littleEndian, toByteOffset: RegisterFile.registerOffset, as: Int64.self)
    }
}
