/// A text message to the central system (OCPP-J 1.6 §4.2).
public enum OutgoingFrame: Sendable, Equatable {
    case call(MessageId, ChargePointRequest)
    case result(MessageId, ChargePointConfirmation)
    case error(MessageId, CallError)

    /// The frame's text. The same message gives the same bytes.
    public func encoded() -> String {
        switch self {
        case .call(let id, let request):
            "[2,\(JSON.quoted(id.text)),\"\(request.action.rawValue)\",\(request.payloadJSON())]"
        case .result(let id, let confirmation):
            "[3,\(JSON.quoted(id.text)),\(confirmation.payloadJSON())]"
        case .error(let id, let error):
            "[4,\(JSON.quoted(id.text)),\"\(error.code.rawValue)\",\(JSON.quoted(error.sentDescription)),\(error.sentDetails)]"
        }
    }
}

extension CallError {
    fileprivate var sentDescription: String {
        String(String.UnicodeScalarView(description.unicodeScalars.prefix(Self.maximumDescriptionLength)))
    }

    /// `{}` unless the details are an object.
    fileprivate var sentDetails: String {
        do { return try JSONReader.value(of: details).isObject ? details : "{}" } catch { return "{}" }
    }
}
