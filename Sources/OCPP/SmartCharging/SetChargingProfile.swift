/// Installs a charging profile (OCPP 1.6 §5.16, §6.43).
public struct SetChargingProfile: FromCentralSystem {
    public static let action = Action.setChargingProfile

    /// 0 means the charge point as a whole, or every connector, as the purpose says.
    public var connectorId: ConnectorId
    public var csChargingProfiles: ChargingProfile

    public init(connectorId: ConnectorId, csChargingProfiles: ChargingProfile) {
        self.connectorId = connectorId
        self.csChargingProfiles = csChargingProfiles
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: ChargingProfileStatus

        public init(status: ChargingProfileStatus) {
            self.status = status
        }
    }
}
