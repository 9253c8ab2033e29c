/// Asks for the version of the local authorization list (OCPP 1.6 §5.10, §6.27).
public struct GetLocalListVersion: FromCentralSystem {
    public static let action = Action.getLocalListVersion

    public init() {}

    /// OCPP 1.6 §6.28.
    public struct Confirmation: Codable, Sendable, Equatable {
        /// 0: the list is empty. -1: local authorization lists are not supported.
        public var listVersion: Int

        public init(listVersion: Int) {
            self.listVersion = listVersion
        }
    }
}
