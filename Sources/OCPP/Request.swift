/// An operation: what is asked, and the type of its answer.
public protocol Request: Codable, Sendable, Equatable {
    associatedtype Confirmation: Codable & Sendable & Equatable
    static var action: Action { get }
}

/// An operation that the charge point initiates (OCPP 1.6 §4).
public protocol FromChargePoint: Request {}

/// An operation that the Central System initiates (OCPP 1.6 §5).
public protocol FromCentralSystem: Request {}
