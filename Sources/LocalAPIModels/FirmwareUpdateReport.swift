public import Units

/// An update of the firmware (OCPP 1.6 §5.19; security whitepaper L01), without the address, which may have a password in it.
public struct FirmwareUpdateReport: Codable, Sendable, Equatable {
    /// How far it is: scheduled, downloading, paused, downloaded, ready, installing, restarting or ended.
    public var stage: String
    /// The latest status that was entered, in the words of the signed update; null: none yet.
    @Nullable public var status: String?
    /// Whether the Central System told by whom it must be signed.
    public var signed: Bool
    /// Not fetched before.
    public var retrieveAt: Timestamp
    /// Statuses that the Central System has not confirmed yet.
    public var untold: Int

    public init(stage: String, status: String?, signed: Bool, retrieveAt: Timestamp, untold: Int) {
        self.stage = stage
        self.status = status
        self.signed = signed
        self.retrieveAt = retrieveAt
        self.untold = untold
    }
}
