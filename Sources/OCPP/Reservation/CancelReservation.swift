/// Ends a reservation (OCPP 1.6 §5.1, §6.5).
public struct CancelReservation: FromCentralSystem {
    public static let action = Action.cancelReservation

    public var reservationId: Int

    public init(reservationId: Int) {
        self.reservationId = reservationId
    }

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: CancelReservationStatus

        public init(status: CancelReservationStatus) {
            self.status = status
        }
    }
}
