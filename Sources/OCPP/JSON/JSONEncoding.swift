import FoundationEssentials

/// A message as JSON: keys sorted and slashes unescaped, so that the same message always gives the same bytes.
func encodedJSON(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // JSON has no spelling for these; the other side refuses one message instead of ours failing to speak at all.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
        // None of the types here throws when encoded; a foreign one that does has nothing to say.
        return "{}"
    }
}
