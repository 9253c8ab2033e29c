/// A closed set of names, as the specification's enumerations are.
public protocol Enumeration: RawRepresentable<String>, CaseIterable, Codable, Sendable, Hashable {
    /// Spellings that are read but never written.
    static var alternativeSpellings: [String: Self] { get }
}

extension Enumeration {
    public static var alternativeSpellings: [String: Self] { [:] }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        if let exact = Self(rawValue: text) ?? Self.alternativeSpellings[text] {
            self = exact
            return
        }
        if (decoder as? JSONTreeDecoder)?.isLenient == true {
            let folded = text.lowercased()
            if let match = Self.allCases.first(where: { $0.rawValue.lowercased() == folded }) {
                self = match
                return
            }
        }
        let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text.prefix(64))' is not one of \(names)")
    }
}
