/// Replaces or changes the local authorization list (OCPP 1.6 §5.15, §6.41).
public struct SendLocalList: FromCentralSystem {
    public static let action = Action.sendLocalList

    /// The version that the list has afterwards.
    public var listVersion: Int
    public var localAuthorizationList: [AuthorizationData]?
    public var updateType: UpdateType

    public init(listVersion: Int, localAuthorizationList: [AuthorizationData]? = nil, updateType: UpdateType) {
        self.listVersion = listVersion
        self.localAuthorizationList = localAuthorizationList
        self.updateType = updateType
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: UpdateStatus

        public init(status: UpdateStatus) {
            self.status = status
        }
    }
}
