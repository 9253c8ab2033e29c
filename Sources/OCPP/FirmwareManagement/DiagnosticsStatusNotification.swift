/// Reports the progress of a diagnostics upload (OCPP 1.6 §4.4, §6.17).
public struct DiagnosticsStatusNotification: FromChargePoint {
    public static let action = Action.diagnosticsStatusNotification

    public var status: DiagnosticsStatus

    public init(status: DiagnosticsStatus) {
        self.status = status
    }

    /// No fields (OCPP 1.6 §6.18).
    public struct Confirmation: Codable, Sendable, Equatable {
        public init() {}
    }
}
