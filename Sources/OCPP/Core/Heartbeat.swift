public import Units

/// Says that the charge point is alive, and asks for the time (OCPP 1.6 §4.6, §6.29).
public struct Heartbeat: FromChargePoint {
    public static let action = Action.heartbeat

    public init() {}

    public struct Confirmation: Codable, Sendable, Equatable {
        public var currentTime: Timestamp

        public init(currentTime: Timestamp) {
            self.currentTime = currentTime
        }
    }
}
