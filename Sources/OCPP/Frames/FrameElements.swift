/// A frame's elements, as far as the text can be read.
struct FrameElements {
    private(set) var isArray = false
    private(set) var values: [JSON] = []
    /// The elements' own texts.
    private(set) var texts: [String] = []
    /// Where the text stops being JSON; the elements before it stand.
    private(set) var flaw: JSONSyntaxError?
    /// The text from the flaw's element on.
    private(set) var rest = ""

    init(_ text: String) {
        var reader = JSONReader(text)
        guard reader.skip("[") else {
            do { _ = try JSONReader.value(of: text) } catch { flaw = error }
            return
        }
        isArray = true
        var start = reader.position
        do throws(JSONSyntaxError) {
            if !reader.skip("]") {
                repeat {
                    reader.skipBlanks()
                    start = reader.position
                    let value = try reader.readValue(depth: 2)
                    values.append(value)
                    texts.append(reader.text(start..<reader.position))
                } while reader.skip(",")
                guard reader.skip("]") else { throw reader.failure("',' or ']' is missing") }
            }
            start = reader.position
            try reader.expectEnd()
        } catch {
            flaw = error
            rest = reader.text(from: start)
        }
    }

    /// The second element; a number is taken as its spelling, so that the answer at least looks the same.
    var id: MessageId? {
        guard values.count >= 2 else { return nil }
        switch values[1] {
        case .string(let text), .number(let text): return MessageId(text)
        case .null, .bool, .array, .object: return nil
        }
    }

    /// A CALLRESULT's payload; what cannot be read is left to whoever decodes it to complain about.
    var result: String {
        if values.count >= 3 { return texts[2] }
        return flaw == nil ? "{}" : rest
    }

    /// A CALLERROR's content; every missing element is empty, an error code that is none is GenericError.
    var error: CallError {
        func text(_ index: Int) -> String {
            guard index < values.count else { return "" }
            if case .string(let text) = values[index] { return text }
            return values[index] == .null ? "" : texts[index]
        }
        let code = text(2)
        var description = text(3)
        if CallErrorCode(received: code) == .genericError, code != CallErrorCode.genericError.rawValue, !code.isEmpty {
            description = description.isEmpty ? code : "\(code): \(description)"
        }
        let details = values.count >= 5 && values[4] != .null ? texts[4] : "{}"
        return CallError(code: CallErrorCode(received: code), description: description, details: details)
    }

    /// A frame that has a CALL's four elements but a type like `"2"`: its sender waits for an answer.
    var answerToMistypedCall: IncomingFrame.Answer? {
        guard values.count == 4, let id, case .string = values[2] else { return nil }
        return IncomingFrame.Answer(
            id: id,
            error: CallError(
                code: .formationViolation, description: "the message type must be the number 2, found \(texts[0].prefix(32))"))
    }
}
