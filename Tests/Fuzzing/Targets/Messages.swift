@testable import OCPP
import Units

/// Whatever the central system says gets one of the cases, and what we answer to it is itself a frame.
func readFrame(_ bytes: [UInt8]) {
    switch IncomingFrame.parse(text(bytes)) {
    case .call(let id, let request):
        precondition(!id.text.isEmpty || request.action.rawValue.count > 1)
    case .refused(let id, let error):
        precondition(!error.description.isEmpty, "a refusal says why")
        checkAnswer(id, error)
    case .unusable(let problem, let answer):
        precondition(!problem.isEmpty, "the log says what is wrong")
        if let answer { checkAnswer(answer.id, answer.error) }
    case .error(let id, let error): checkAnswer(id, error)
    case .result(_, let payload):
        for operation in Operations.confirmedByCentralSystem { operation.readConfirmation(payload) }
    }
}

private func checkAnswer(_ id: MessageId, _ error: CallError) {
    guard case .error(let echoed, let read) = IncomingFrame.parse(OutgoingFrame.error(id, error).encoded()) else {
        preconditionFailure("our own CALLERROR cannot be read")
    }
    precondition(echoed == id && read.code == error.code, "our own CALLERROR says something else")
}

/// One payload, strictly as a request and leniently as a request and a confirmation.
func readPayload(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let operation = Operations.all[Int(first) % Operations.all.count]
    let payload = Payload(text: text(bytes.dropFirst()))
    operation.readRequest(payload)
    operation.readConfirmation(payload)
}

/// The tree holds what was read: texts survive being written and read again.
func readJSON(_ bytes: [UInt8]) {
    let whole = text(bytes)
    do { check(try JSONReader.value(of: whole)) } catch {
        precondition((0...whole.utf8.count).contains(error.offset), "the place of the error is in the text")
    }
    _ = FrameElements(whole)
}

private func check(_ json: JSON) {
    switch json {
    case .string(let text):
        do {
            let again = try JSONReader.value(of: JSON.quoted(text))
            precondition(again == json, "a text changes when it is written")
        } catch { preconditionFailure("a text that we write cannot be read: \(error)") }
    case .array(let elements): elements.forEach(check)
    case .object(let members): members.forEach { check($0.value) }
    case .number(let spelling): precondition(Double(spelling) != nil, "a number is a number")
    case .null, .bool: break
    }
}

/// A time that was read is written so that it reads as the same instant.
func readTimestamp(_ bytes: [UInt8]) {
    guard let (timestamp, _) = Timestamp.parse(text(bytes)) else { return }
    // Zones can push an instant out of the four digits that a year has.
    let fourDigitYears = Timestamp(seconds: -62_167_132_800)..<Timestamp(seconds: 253_402_214_400)
    guard fourDigitYears.contains(timestamp) else { return }
    precondition(Timestamp(timestamp.description) == timestamp, "an instant changes when it is written")
}
