import ArgumentParser
import FoundationEssentials
import LocalAPIModels
import NIOHTTP1
import Units

struct Cards: CommandGroup {
    static let configuration = CommandConfiguration(
        abstract: "The charge point's own card list.",
        subcommands: [List.self, Explain.self, Add.self, Remove.self, Learn.self, Import.self, Export.self])

    static func path(_ idTag: String) throws -> String {
        guard !idTag.isEmpty else { throw Failure.usage("the card's identifier is empty; it has 1 to 20 characters") }
        return "/v1/cards/" + percentEncoded(idTag)
    }

    /// Page after page, as long as they come from these sources.
    static func all(
        _ connection: ConnectionOptions, from sources: Set<String> = ["own", "localList", "cache"]
    ) async throws -> [CardReport] {
        let client = try connection.client()
        var cards: [CardReport] = []
        var cursor = ""
        while true {
            let page = try await client.get(CardListReport.self, "/v1/cards?limit=5000\(cursor)")
            cards += page.cards.filter { sources.contains($0.source) }
            guard let next = page.next, page.cards.last.map({ sources.contains($0.source) }) ?? false else { return cards }
            cursor = "&cursor=" + percentEncoded(next)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists every card that is known, and from where.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let report = CardListReport(cards: try await Cards.all(connection))
            output(connection.json ? try jsonText(report) : report.text)
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain", abstract: "Says what would happen if this card were presented now, and why.")
        @OptionGroup var connection: ConnectionOptions
        @Argument(help: "The card's identifier.")
        var idTag: String

        func run() async throws {
            try await connection.show(CardExplanationReport.self, try Cards.path(idTag) + "/explain", text: \.text)
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Adds a card, or replaces what is known of it.")
        @OptionGroup var connection: ConnectionOptions
        @Argument(help: "The card's identifier, at most 20 characters.")
        var idTag: String
        @Option(help: "Whose card it is.")
        var name: String?
        @Option(help: "Until when it is good, such as 2027-01-01T00:00:00Z.")
        var expires: String?
        @Option(help: "The group that it belongs to.")
        var parent: String?
        @Option(help: "Accepted, Blocked, Expired or Invalid.")
        var status: String?

        func run() async throws {
            let fields = ["name": name, "expiryDate": expires, "parentIdTag": parent, "status": status].compactMapValues {
                $0.map(JSONValue.text)
            }
            try await connection.act(.PUT, try Cards.path(idTag), .object(fields)) { _ in "Card \(idTag) is in the list." }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Removes a card from the list.")
        @OptionGroup var connection: ConnectionOptions
        @Argument(help: "The card's identifier.")
        var idTag: String

        func run() async throws {
            try await connection.act(.DELETE, try Cards.path(idTag)) { _ in "Card \(idTag) is no longer in the list." }
        }
    }

    struct Learn: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds the next card that is presented within 30 seconds.",
            discussion: """
                The charge point goes on waiting for those 30 seconds when this command is interrupted: a card presented before they are over \
                is in the list. Look with `cards list`, and take it back with `cards remove`.
                """)
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            if !connection.json { output("Present the card to the reader within 30 seconds.") }
            try await connection.act(.POST, "/v1/cards/learn") { answer in
                let card = try? JSONText.decode(LearntCardReport.self, from: answer)
                return "Card \(card?.idTag ?? "") is in the list."
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Writes the own cards as JSON to standard output.")
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            output(try jsonText(CardListReport(cards: try await Cards.all(connection, from: ["own"]))))
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Adds the cards of a file that `cards export` wrote.")
        @OptionGroup var connection: ConnectionOptions
        @Argument(help: "The file; - is standard input.")
        var file: String

        func run() async throws {
            let client = try connection.client()
            let cards = try read()
            for (index, card) in cards.enumerated() {
                let fields: [String: JSONValue?] = [
                    "status": .text(card.status), "expiryDate": card.expiryDate.map { .text($0.description) },
                    "parentIdTag": card.parentIdTag.map(JSONValue.text), "name": card.name.map(JSONValue.text),
                ]
                do {
                    _ = try await client.call(.PUT, try Cards.path(card.idTag), .object(fields.compactMapValues(\.self)))
                } catch var failure as Failure {
                    failure.message =
                        "\(file), cards[\(index)] (\(card.idTag)): \(failure.message); \(index) cards before it were added"
                    throw failure
                }
            }
            output(connection.json ? "{\"added\":\(cards.count)}" : "\(cards.count) cards added.")
        }

        private func read() throws -> [CardReport] {
            var bytes: [UInt8] = []
            if file == "-" {
                while let line = readLine(strippingNewline: false) { bytes += line.utf8 }
            } else if let data = FileManager.default.contents(atPath: file) {
                bytes = Array(data)
            } else {
                throw Failure.usage("\(file) cannot be read; name a file that `ladepunkt cards export` wrote")
            }
            do {
                return try JSONText.decode(CardListReport.self, from: bytes).cards
            } catch {
                throw Failure.usage(
                    "\(file) is not a card list; expected is {\"cards\": [{\"idTag\": …, \"status\": …, \"source\": …}]}")
            }
        }
    }
}
