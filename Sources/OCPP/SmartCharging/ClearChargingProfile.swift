/// Removes charging profiles that match every field given (OCPP 1.6 §5.5, §6.13).
public struct ClearChargingProfile: FromCentralSystem {
    public static let action = Action.clearChargingProfile

    public var id: Int?
    /// 0 means the profiles of the charge point as a whole.
    public var connectorId: ConnectorId?
    public var chargingProfilePurpose: ChargingProfilePurposeType?
    public var stackLevel: Int?

    public init(
        id: Int? = nil, connectorId: ConnectorId? = nil, chargingProfilePurpose: ChargingProfilePurposeType? = nil,
        stackLevel: Int? = nil
    ) {
        self.id = id
        self.connectorId = connectorId
        self.chargingProfilePurpose = chargingProfilePurpose
        self.stackLevel = stackLevel
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: ClearChargingProfileStatus

        public init(status: ClearChargingProfileStatus) {
            self.status = status
        }
    }
}
