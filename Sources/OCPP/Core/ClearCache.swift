/// Empties the authorization cache (OCPP 1.6 §5.4, §6.11).
public struct ClearCache: FromCentralSystem {
    public static let action = Action.clearCache

    public init() {}

    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: ClearCacheStatus

        public init(status: ClearCacheStatus) {
            self.status = status
        }
    }
}
