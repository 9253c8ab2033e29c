/// A decoding error as the specification classes it and as a person reads it.
struct DecodingProblem {
    var code: CallErrorCode
    /// `idTagInfo.status`; empty for the payload itself.
    var path: String
    var problem: String

    /// From what a `Decodable` threw.
    init(_ error: any Error) {
        guard let error = error as? DecodingError else {
            self.init(.formationViolation, [], "the payload cannot be read")
            return
        }
        switch error {
        case .keyNotFound(_, let context), .valueNotFound(_, let context):
            self.init(.occurenceConstraintViolation, context.codingPath, context.debugDescription)
        case .typeMismatch(_, let context):
            self.init(.typeConstraintViolation, context.codingPath, context.debugDescription)
        case .dataCorrupted(let context):
            self.init(.propertyConstraintViolation, context.codingPath, context.debugDescription)
        @unknown default:
            self.init(.formationViolation, [], "the payload cannot be read")
        }
    }

    private init(_ code: CallErrorCode, _ path: [any CodingKey], _ problem: String) {
        self.code = code
        self.path = JSONPath.text(path)
        self.problem = problem
    }

    var description: String { path.isEmpty ? problem : "\(path): \(problem)" }
}
