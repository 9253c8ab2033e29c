import ArgumentParser
import Boards
import ConfigurationFile
import Drivers
import LocalAPIModels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

struct Reader: CommandGroup {
    static let configuration = CommandConfiguration(abstract: "Card readers.", subcommands: [Test.self])

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows each card that is presented to a reader: its number, and the idTag that the charge point makes of it.",
            discussion: """
                Uses the reader directly, not through the daemon; stop the daemon first. Ends with Ctrl-C, after --count cards, or with an \
                error when the reader fails.
                """)

        /// For --json, which all commands have: one object in a line for each card.
        @OptionGroup var connection: ConnectionOptions
        @Option(help: ArgumentHelp("The board file whose readers are used.", valueName: "file"))
        var board: String?
        @Option(help: ArgumentHelp("One reader, as libnfc names it: pn532_uart:/dev/ttyS1.", valueName: "device"))
        var device: String?
        @Option(help: "End after so many cards.")
        var count: Int?
        @Option(help: ArgumentHelp("Where the daemon keeps its lock files.", valueName: "folder"))
        var lockDirectory = CardReaders.standardLockDirectory

        func validate() throws {
            guard (board == nil) != (device == nil) else { throw ValidationError("name either --board or --device") }
            guard count ?? 1 > 0 else { throw ValidationError("--count must be at least 1") }
        }

        func run() async throws {
            let configurations = try configurations()
            let (stream, continuation) = AsyncStream.makeStream(of: (Int, LibNFCReader.News).self)
            let readers = configurations.enumerated().map { index, configuration in
                LibNFCReader(
                    device: configuration.device, technologies: configuration.technologies, lockDirectory: lockDirectory
                ) { continuation.yield((index, $0)) }
            }
            defer {
                for reader in readers { reader.stop() }
                for reader in readers { reader.waitUntilEnded(within: CardReaders.closingLimit) }
            }
            var left = count ?? .max
            for await (index, news) in stream {
                let configuration = configurations[index]
                switch news {
                case .works(let name, let technologies):
                    if !connection.json {
                        output("\(name) looks for \(technologies.map(\.rawValue).joined(separator: ", ")). Present a card.")
                    }
                case .failed(let failure): throw Failure.unavailable("card reader \(configuration.device): \(failure)")
                case .card(let card):
                    let shown = ShownCard(card, at: configuration)
                    output(
                        connection.json ? String(decoding: try JSONText.encode(shown, indented: false), as: UTF8.self) : shown.text)
                    left -= 1
                    if left == 0 { return }
                }
            }
        }

        private func configurations() throws -> [CardReaderConfiguration] {
            if let device { return [CardReaderConfiguration(device: device)] }
            guard let board else { return [] }
            let found: [CardReaderConfiguration]
            do throws(ConfigurationError) {
                found = try CardReaderConfiguration.all(inBoardFile: board)
            } catch {
                throw Failure.usage(error.description)
            }
            guard !found.isEmpty else {
                throw Failure.usage(
                    "\(board) names no card reader with the driver 'libnfc'; add one, or use --device")
            }
            return found
        }
    }
}

/// A card as the command shows it.
private struct ShownCard: Encodable {
    var device: String
    var technology: String
    /// Canonical: upper-case hexadecimal digits in reader order.
    var uid: String
    /// As the board file says; absent when the card is refused.
    var idTag: String?
    var random: Bool
    /// Why the card is refused.
    var refusal: String?

    init(_ card: ReadCard, at configuration: CardReaderConfiguration) {
        device = configuration.device
        technology = card.technology.rawValue
        uid = card.canonical
        random = card.isRandom
        do throws(CardRefusal) { idTag = try configuration.idTag(of: card) } catch { refusal = error.description }
    }

    var json: String { get throws { String(decoding: try JSONText.encode(self, indented: false), as: UTF8.self) } }

    var text: String {
        let result = idTag.map { "idTag \($0)" } ?? "refused: \(refusal ?? "")"
        return "\(technology)  UID \(uid)\(random ? " (random)" : "")  \(result)"
    }
}
