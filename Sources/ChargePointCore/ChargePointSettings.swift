public import OCPP
public import Units

/// What the configuration file and the board say once, at start: nothing here changes while the process runs.
public struct ChargePointSettings: Sendable, Equatable {
    public var board: BoardProfile
    /// What BootNotification tells (OCPP 1.6 §4.2).
    public var identity: BootNotification
    /// False: standalone, the charge point's own list decides and nothing is reported.
    public var hasCentralSystem: Bool
    public var afterPowerLoss: AfterPowerLoss
    public var onMeterFailure: OnMeterFailure
    /// Sell before any Central System ever accepted this charge point (OCPP 1.6 §4.2.1).
    public var chargeBeforeFirstAccepted: Bool
    /// Whoever plugs in charges, under this identifier; nil: a card or a remote start is needed.
    public var freeVendIdTag: IdToken?
    /// So many messages may wait before sampled meter values are thinned: weeks of an outage.
    public var queueLimit: Int
    /// CN of the charge point's certificate: its serial number (security whitepaper A00.FR.511).
    public var certificateName = ""
    /// A key is shown with security profile 0 too: over TLS.
    public var showsKeyWithoutProfile = false

    public var firmware: FirmwareSettings

    /// What firmware may come over OCPP.
    public struct FirmwareSettings: Sendable, Equatable {
        /// UpdateFirmware is taken, which nobody signs; false: SignedUpdateFirmware alone.
        public var allowsUnsigned: Bool

        public init(allowsUnsigned: Bool = true) { self.allowsUnsigned = allowsUnsigned }
    }

    public enum AfterPowerLoss: String, Sendable, Equatable, CaseIterable { case stop, resume }
    public enum OnMeterFailure: String, Sendable, Equatable, CaseIterable { case stop, `continue` }

    public init(
        board: BoardProfile, identity: BootNotification, hasCentralSystem: Bool, afterPowerLoss: AfterPowerLoss = .stop,
        onMeterFailure: OnMeterFailure = .stop, chargeBeforeFirstAccepted: Bool = false, freeVendIdTag: IdToken? = nil,
        queueLimit: Int = 100_000, firmware: FirmwareSettings = FirmwareSettings()
    ) {
        self.board = board
        self.identity = identity
        self.hasCentralSystem = hasCentralSystem
        self.afterPowerLoss = afterPowerLoss
        self.onMeterFailure = onMeterFailure
        self.chargeBeforeFirstAccepted = chargeBeforeFirstAccepted
        self.freeVendIdTag = freeVendIdTag
        self.queueLimit = queueLimit
        self.firmware = firmware
    }
}
