import OCPP

/// Takes out of a text what nobody but its owner may read: keys and passwords wholly, identifiers but for their end.
struct Redaction: Sendable {
    private var replacements: [(text: String, by: String)] = []

    /// - Parameters:
    ///   - secrets: nothing is left of them; shorter ones than four characters would take half of the text with them.
    ///   - idTags: their last four characters are left.
    init(secrets: [String], idTags: Set<String> = []) {
        for secret in secrets where secret.utf8.count >= 4 { replacements.append((secret, "***")) }
        for idTag in idTags where idTag.utf8.count >= 4 { replacements.append((idTag, Self.shortened(idTag))) }
        // The longer first: a part of it may be another one.
        replacements.sort { $0.text.utf8.count > $1.text.utf8.count }
    }

    func callAsFunction(_ text: String) -> String {
        var text = text
        for (secret, word) in replacements where text.contains(secret) { text = text.replacing(secret, with: word) }
        return text
    }

    /// At most the last four characters, and never more than half.
    static func shortened(_ idTag: String) -> String { "…" + idTag.suffix(min(4, idTag.count / 2)) }

    /// Whether a setting of this name may hold a secret, whoever invented it.
    static func isSecret(key: String) -> Bool {
        let name = key.lowercased()
        return ["authorizationkey", "password", "passwd", "secret", "token", "credential", "privatekey"].contains {
            name.contains($0)
        }
    }
}
