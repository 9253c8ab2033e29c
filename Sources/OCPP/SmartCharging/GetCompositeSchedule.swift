public import Units

/// Asks what the profiles together allow from now on (OCPP 1.6 §5.7, §6.21).
public struct GetCompositeSchedule: FromCentralSystem {
    public static let action = Action.getCompositeSchedule

    /// 0 means the expected draw from the grid.
    public var connectorId: ConnectorId
    /// Seconds.
    public var duration: Int
    public var chargingRateUnit: ChargingRateUnitType?

    public init(connectorId: ConnectorId, duration: Int, chargingRateUnit: ChargingRateUnitType? = nil) {
        self.connectorId = connectorId
        self.duration = duration
        self.chargingRateUnit = chargingRateUnit
    }

    /// OCPP 1.6 §6.22.
    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: GetCompositeScheduleStatus
        public var connectorId: ConnectorId?
        /// What the schedule's periods are relative to.
        public var scheduleStart: Timestamp?
        public var chargingSchedule: ChargingSchedule?

        public init(
            status: GetCompositeScheduleStatus, connectorId: ConnectorId? = nil, scheduleStart: Timestamp? = nil,
            chargingSchedule: ChargingSchedule? = nil
        ) {
            self.status = status
            self.connectorId = connectorId
            self.scheduleStart = scheduleStart
            self.chargingSchedule = chargingSchedule
        }
    }
}
