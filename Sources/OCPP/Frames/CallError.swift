/// A CALLERROR: the other side, or we, could not handle a CALL (OCPP-J 1.6 §4.2.3).
public struct CallError: Error, Sendable, Equatable {
    /// `description` is sent cut to this many characters.
    public static let maximumDescriptionLength = 255

    public var code: CallErrorCode
    /// For a person: where, what, what is expected. May be empty.
    public var description: String
    /// JSON text, an object in what we send. What is received may be any JSON value, as it stood in the message.
    public var details: String

    public init(code: CallErrorCode, description: String = "", details: String = "{}") {
        self.code = code
        self.description = description
        self.details = details
    }
}

/// OCPP-J 1.6 §4.2.3, table 7, in its own spelling: J-errata 5 keeps `Occurence` and `Formation` as they are.
public enum CallErrorCode: String, Sendable, Hashable, Codable, CaseIterable {
    /// The action is not known.
    case notImplemented = "NotImplemented"
    /// The action is known but not supported.
    case notSupported = "NotSupported"
    /// An internal error; the receiver could not process the action.
    case internalError = "InternalError"
    /// The payload is incomplete.
    case protocolError = "ProtocolError"
    /// A security issue prevents the receiver from completing the action.
    case securityError = "SecurityError"
    /// Not JSON, or not built as the action's payload must be.
    case formationViolation = "FormationViolation"
    /// Well formed, but a field has an invalid value.
    case propertyConstraintViolation = "PropertyConstraintViolation"
    /// Well formed, but a required field is missing or occurs too often.
    case occurenceConstraintViolation = "OccurenceConstraintViolation"
    /// Well formed, but a field is of another type.
    case typeConstraintViolation = "TypeConstraintViolation"
    /// Any other error.
    case genericError = "GenericError"

    /// From a received code: other versions' spellings count as ours, an unknown code as GenericError.
    public init(received text: String) {
        switch text {
        case "FormatViolation": self = .formationViolation
        case "OccurrenceConstraintViolation": self = .occurenceConstraintViolation
        default: self = CallErrorCode(rawValue: text) ?? .genericError
        }
    }
}
