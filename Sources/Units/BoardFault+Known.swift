// What boards detect beyond the kinds of OCPP 1.6 §7.6: the vendor's code tells it apart, and both driver and core name it by these.
extension BoardFault {
    /// Somebody pressed the emergency stop: it ends sessions (Reason EmergencyStop), and releasing it starts nothing.
    public static let emergencyStop = BoardFault(
        .otherError, vendorErrorCode: "EmergencyStop", info: "the emergency stop is pressed; pull it out when the danger is over")
    public static let doorOpen = BoardFault(.otherError, vendorErrorCode: "DoorOpen", info: "the housing is open; close it")
    public static let tilted = BoardFault(
        .otherError, vendorErrorCode: "Tilted", info: "the charge point was knocked over; have it inspected")
    public static let water = BoardFault(.otherError, vendorErrorCode: "Water", info: "water is in the housing; have it dried")
    /// A sensor of the board has reached its limit; over once it has cooled by the hysteresis.
    public static let overTemperature = BoardFault(
        .highTemperature, vendorErrorCode: "OverTemperature", info: "it is too hot; check ventilation, terminals and contactor")
    /// Nobody knows whether it is too hot.
    public static let temperatureUnknown = BoardFault(
        .internalError, vendorErrorCode: "TemperatureUnknown", info: "a temperature sensor cannot be read; check it")
    /// Latched: only a restart of the charge point (Reset) ends it, never the device by itself and never an unplugged vehicle.
    public static let residualCurrent = BoardFault(
        .groundFailure, vendorErrorCode: "ResidualCurrent",
        info: "the residual-current device tripped; find the cause, re-arm it, then reset the charge point")
    /// Latched like `residualCurrent`.
    public static let residualCurrentTest = BoardFault(
        .groundFailure, vendorErrorCode: "ResidualCurrentTest",
        info: "the residual-current device failed its self-test; replace it, then reset the charge point")
    /// The auxiliary contact moved although the coil did not.
    public static let contactorChatter = BoardFault(
        .powerSwitchFailure, vendorErrorCode: "ContactorChatter",
        info: "the contactor's auxiliary contact does not rest; check coil supply and contact")
    /// The vehicle draws more than it was offered.
    public static let overdraw = BoardFault(
        .overCurrentFailure, vendorErrorCode: "Overdraw", info: "the vehicle drew more than it was offered")
    public static let diodeMissing = BoardFault(
        .evCommunicationError, vendorErrorCode: "DiodeMissing",
        info: "the pilot has no diode behind it: no vehicle, or a defective one")
    /// The pilot neither rests nor tells a state.
    public static let pilotLost = BoardFault(
        .evCommunicationError, vendorErrorCode: "PilotLost", info: "the control pilot gives no steady state; check its wiring")
    /// The daemon's loop did not turn for longer than the interlock waits.
    public static let loopStalled = BoardFault(
        .internalError, vendorErrorCode: "LoopStalled", info: "the charge point's software stood still; contactors were opened")
    /// A line that safety depends on can no longer be read or driven.
    public static let lineFailed = BoardFault(
        .internalError, vendorErrorCode: "LineFailed", info: "an input or output line fails; check the board")
}
