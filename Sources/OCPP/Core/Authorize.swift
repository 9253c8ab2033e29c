/// Asks the Central System whether an identifier may charge (OCPP 1.6 §4.1, §6.1).
public struct Authorize: FromChargePoint {
    public static let action = Action.authorize

    public var idTag: IdToken

    public init(idTag: IdToken) {
        self.idTag = idTag
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var idTagInfo: IdTagInfo

        public init(idTagInfo: IdTagInfo) {
            self.idTagInfo = idTagInfo
        }
    }
}
