import Boards
import ConfigurationFile
import Drivers

// Files are an installer's or a package's, and a refusal is what the installer reads: it must say where, what and what to do.

func readBoard(_ bytes: [UInt8]) { read(bytes) { (node) throws(ConfigurationError) in _ = try BoardFile(node).profile } }

func readMeterMap(_ bytes: [UInt8]) { read(bytes) { (node) throws(ConfigurationError) in _ = try RegisterMap(node) } }

func readControllerMap(_ bytes: [UInt8]) { read(bytes) { (node) throws(ConfigurationError) in _ = try EVSERegisterMap(node) } }

func read(_ bytes: [UInt8], as content: (Node) throws(ConfigurationError) -> Void) {
    do { try content(try Node.parse(bytes: bytes, file: "file.yaml")) } catch {
        let words = error.description
        precondition(words.hasPrefix("file.yaml") || words.hasPrefix("/"), "a refusal names the file: \(words)")
        precondition(words.utf8.count < 4_000, "a refusal can be read: \(words.utf8.count) bytes")
        precondition(!words.utf8.contains { $0 < 0x20 }, "a refusal is one line without control characters: \(words)")
    }
}
