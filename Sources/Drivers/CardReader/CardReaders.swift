import Synchronization
import Threads
public import Units

/// All card readers of a board: their cards as idTags, and their health as one.
///
/// The charge point knows one card reader that works or does not. With several, it has failed as long as any of them has; the reason names
/// each that has.
public final class CardReaders: Sendable {
    /// How long `close` waits for a reader before it leaves its thread to the library.
    public static let closingLimit = Duration.seconds(2)

    /// Where lock files are unless somebody says otherwise: Debian's place for locks of serial lines, writable for everybody.
    public static let standardLockDirectory = "/run/lock"

    private let readers: [LibNFCReader]

    /// Starts all readers.
    /// - Parameters:
    ///   - lockDirectory: where lock files are; the same for everything on this board that may use a reader.
    ///   - report: what the charge point has to know; called on the readers' threads.
    ///   - log: refused cards with their reason, and readers that work, in words. No card's number is in it.
    public init(
        _ configurations: [CardReaderConfiguration], lockDirectory: String, pace: CardReaderPace = .standard,
        report: @escaping @Sendable (BoardEvent) -> Void, log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        let health = SharedHealth()
        readers = configurations.enumerated().map { index, configuration in
            for length in configuration.format.unfitUIDLengths {
                log(
                    "card reader \(configuration.device): cards with a UID of \(length) bytes will be refused, their idTag is too long"
                )
            }
            return LibNFCReader(
                device: configuration.device, technologies: configuration.technologies, pace: pace, lockDirectory: lockDirectory
            ) { news in
                switch news {
                case .works(let name, let technologies):
                    let kinds = technologies.map(\.rawValue).joined(separator: ", ")
                    log("card reader \(configuration.device) works: \(name), looks for \(kinds)")
                    health.change(reader: index, to: nil, report)
                case .failed(let failure):
                    health.change(reader: index, to: "\(configuration.device): \(failure)", report)
                case .card(let card):
                    do throws(CardRefusal) {
                        report(.card(idTag: try configuration.idTag(of: card), connectors: configuration.connectors))
                    } catch {
                        log("card reader \(configuration.device): a card (\(card.technology.rawValue)) is refused: \(error)")
                    }
                }
            }
        }
    }

    deinit { for reader in readers { reader.stop() } }

    /// Ends all readers, within two seconds whatever the library does.
    public func close() async {
        for reader in readers { reader.stop() }
        let readers = readers
        // Waiting blocks, so it has a thread, too.
        await withCheckedContinuation { continuation in
            PlainThread.start(name: "readers' end") {
                let end = monotonicTime() + Self.closingLimit
                for reader in readers { reader.waitUntilEnded(within: max(.zero, end - monotonicTime())) }
                continuation.resume()
            }
        }
    }
}

/// The readers' health, which their threads change.
private final class SharedHealth: Sendable {
    private let health = Mutex(CardReaderHealth())

    /// Reports under the lock, so that the last report is the last state.
    func change(reader: Int, to failure: String?, _ report: @Sendable (BoardEvent) -> Void) {
        health.withLock { health in
            if let event = health.change(reader: reader, to: failure) { report(event) }
        }
    }
}

/// Makes one health out of several.
struct CardReaderHealth {
    private var failures: [Int: String] = [:]

    /// - Parameter failure: why this reader reads nothing; nil: it works.
    /// - Returns: what is to be reported; nil: for the charge point nothing has changed.
    mutating func change(reader: Int, to failure: String?) -> BoardEvent? {
        guard failures[reader] != failure else { return nil }
        failures[reader] = failure
        let all = failures.sorted { $0.key < $1.key }.map(\.value)
        return .reader(failure: all.isEmpty ? nil : all.joined(separator: "; "))
    }
}
