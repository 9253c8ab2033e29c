import BoardSupport
import ConfigurationFile
import Drivers
import Synchronization
import Units

/// The buses and card readers of a board, which connectors of every kind may have.
final class Peripherals: Sendable {
    private let buses: [String: ModbusBus]
    private let configurations: [CardReaderConfiguration]
    private let readers = Mutex<CardReaders?>(nil)
    let log: @Sendable (String) -> Void

    /// Nothing is opened yet.
    init(_ file: BoardFile, log: @escaping @Sendable (String) -> Void) {
        buses = Dictionary(file.buses.map { ($0.name, ModbusBus($0, log: log)) }) { first, _ in first }
        configurations = file.readers
        self.log = log
    }

    /// - Throws: never for a board file that was read: it names only buses that it describes.
    func bus(_ name: String) throws(ConfigurationError) -> ModbusBus {
        guard let bus = buses[name] else {
            throw ConfigurationError(
                file: "board", line: nil, keyPath: "buses", problem: "there is no bus '\(name)'",
                remedy: "Describe it in the section 'buses'.")
        }
        return bus
    }

    func startReaders(report: @escaping @Sendable (BoardEvent) -> Void) {
        guard !configurations.isEmpty else { return }
        let started = CardReaders(
            configurations, lockDirectory: CardReaders.standardLockDirectory, report: report, log: log)
        readers.withLock { $0 = started }
    }

    func close() async {
        let started = readers.withLock { readers in
            defer { readers = nil }
            return readers
        }
        await started?.close()
        for bus in buses.values { await bus.close() }
    }
}
