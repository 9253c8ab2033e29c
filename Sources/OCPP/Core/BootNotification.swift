public import Units

/// Introduces the charge point after each start and asks to be accepted (OCPP 1.6 §4.2, §6.3).
public struct BootNotification: FromChargePoint {
    public static let action = Action.bootNotification

    public var chargePointVendor: CiString<20>
    public var chargePointModel: CiString<20>
    public var chargePointSerialNumber: CiString<25>?
    /// Deprecated by the specification; still what some central systems show.
    public var chargeBoxSerialNumber: CiString<25>?
    public var firmwareVersion: CiString<50>?
    /// The modem's SIM card.
    public var iccid: CiString<20>?
    public var imsi: CiString<20>?
    /// The main electrical meter.
    public var meterType: CiString<25>?
    public var meterSerialNumber: CiString<25>?

    public init(
        chargePointVendor: CiString<20>, chargePointModel: CiString<20>, chargePointSerialNumber: CiString<25>? = nil,
        chargeBoxSerialNumber: CiString<25>? = nil, firmwareVersion: CiString<50>? = nil, iccid: CiString<20>? = nil,
        imsi: CiString<20>? = nil, meterType: CiString<25>? = nil, meterSerialNumber: CiString<25>? = nil
    ) {
        self.chargePointVendor = chargePointVendor
        self.chargePointModel = chargePointModel
        self.chargePointSerialNumber = chargePointSerialNumber
        self.chargeBoxSerialNumber = chargeBoxSerialNumber
        self.firmwareVersion = firmwareVersion
        self.iccid = iccid
        self.imsi = imsi
        self.meterType = meterType
        self.meterSerialNumber = meterSerialNumber
    }

    /// Registration, the time, and the interval (OCPP 1.6 §6.4).
    public struct Confirmation: Codable, Sendable, Equatable {
        public var status: RegistrationStatus
        /// The Central System's clock.
        public var currentTime: Timestamp
        /// Seconds: between heartbeats when Accepted, else until the next BootNotification. 0 leaves the choice to the charge
        /// point.
        public var interval: Int

        public init(status: RegistrationStatus, currentTime: Timestamp, interval: Int) {
            self.status = status
            self.currentTime = currentTime
            self.interval = interval
        }
    }
}
