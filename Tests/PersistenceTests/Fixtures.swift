public import ChargePointCore
import OCPP
import Persistence
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A directory of the test's own, gone with it.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/ladepunkt-ledger-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw RecordStoreError(.failed, "no temporary directory") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in names { unlink(path + "/" + name) }
        rmdir(path)
    }

    var names: [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func file(_ name: String) -> String { path + "/" + name }

    func contents(_ name: String) -> [UInt8] {
        let descriptor = open(file(name), O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    /// Overwrites a part of a file, or makes one.
    func write(_ bytes: [UInt8], to name: String, at offset: Int = 0) {
        let descriptor = open(file(name), O_RDWR | O_CREAT, 0o600)
        pwrite(descriptor, bytes, bytes.count, off_t(offset))
        close(descriptor)
    }

    /// What a power cut at this instant leaves behind.
    func copyLedger(to other: TemporaryDirectory) {
        for name in ["ledger.sqlite", "ledger.sqlite-wal"] {
            unlink(other.file(name))
            let bytes = contents(name)
            if !bytes.isEmpty { other.write(bytes, to: name) }
        }
    }
}

/// Both stores, made anew for each test.
enum Kind: String, CaseIterable { case sqlite, memory }

/// A store under test; `reopen` is a restart of the daemon.
final class Stage {
    private let kind: Kind
    private let limits: SQLiteRecordStore.Limits
    private let directory: TemporaryDirectory
    private(set) var store: any RecordStore

    init(_ kind: Kind, limits: SQLiteRecordStore.Limits = .small) throws {
        self.kind = kind
        self.limits = limits
        directory = try TemporaryDirectory()
        store = MemoryRecordStore(limits: limits)
        if kind == .sqlite { store = try SQLiteRecordStore(directory: directory.path, limits: limits) { _ in } }
    }

    func reopen() throws -> Snapshot {
        if kind == .sqlite {
            store = MemoryRecordStore()
            store = try SQLiteRecordStore(directory: directory.path, limits: limits) { _ in }
        }
        return try store.begin()
    }
}

extension SQLiteRecordStore.Limits {
    /// Without megabytes of reserve for every test.
    static var small: SQLiteRecordStore.Limits {
        var limits = SQLiteRecordStore.Limits()
        limits.reserve = 64 * 1024
        return limits
    }
}

let noon = Timestamp(seconds: 1_795_348_800)

/// `seconds` after noon in the given boot.
func at(_ seconds: Int, boot: Int = 1, isTrusted: Bool = true) -> RecordedTime {
    RecordedTime(time: noon + .seconds(seconds), boot: boot, uptime: .milliseconds(seconds * 1000 + 7), isTrusted: isTrusted)
}

func start(_ session: String, at seconds: Int = 0, isReported: Bool = true) -> TransactionStart {
    TransactionStart(
        session: SessionId(session), connectorId: 1, idTag: "04A2b3C4", meterStart: 1_200, time: at(seconds), isReported: isReported
    )
}

func end(_ session: String, at seconds: Int = 600, isReported: Bool = true) -> TransactionEnd {
    TransactionEnd(
        session: SessionId(session), idTag: "04A2b3C4", meterStop: 5_320, time: at(seconds), reason: .local, isReported: isReported)
}

func sample(_ wattHours: Int, at seconds: Int) -> MeterSample {
    MeterSample(
        time: at(seconds),
        values: [
            SampledValue(
                value: "\(wattHours)", context: .samplePeriodic, measurand: .energyActiveImportRegister, location: .outlet,
                unit: .wh),
            SampledValue(value: "16.0", measurand: .currentImport, phase: .l1, unit: .a),
        ])
}

extension RecordStore {
    /// What waits, in order, as the actions' names with their state.
    func waiting() throws -> [String] {
        try queueEntries(limit: 1000).map { "\($0.session) \($0.action.rawValue)\($0.isParked ? " parked" : "")" }
    }

    func head() throws -> QueuedMessage? { try queueHead() }

    /// Answers everything that waits as a Central System would that accepts all.
    func drain(transactionId: Int = 7, limit: Int = 100_000) throws -> [QueuedMessage] {
        var sent: [QueuedMessage] = []
        while sent.count < limit, let message = try queueHead() {
            sent.append(message)
            switch message.content {
            case .start:
                try commit([
                    .startConfirmed(
                        message.id, message.session, transactionId: transactionId, idTagInfo: IdTagInfo(status: .accepted))
                ])
            case .meterValues, .stop: try commit([.messageDelivered(message.id)])
            }
        }
        return sent
    }
}

extension SessionId: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) { self.init(text) }
}
