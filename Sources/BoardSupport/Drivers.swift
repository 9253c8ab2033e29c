public import Units

/// The relay between the grid and the vehicle.
public protocol Contactor: Sendable {
    /// Drives the coil; the auxiliary contact's answer arrives as `BoardEvent.contactor`.
    func close() throws(ContactorFault)
    /// Opens all poles: one line write, never waits, safe in any state and from any thread, any number of times.
    func open() throws(ContactorFault)
}

public enum ContactorFault: Error, Equatable, Sendable {
    /// The line could not be written: what the operating system said.
    case notDriven(String)
    /// The interlock forbids closing: why.
    case interlocked(String)
}

/// The control pilot towards the vehicle (IEC 61851-1).
public protocol ControlPilot: Sendable {
    /// Offers current by duty cycle; nil: 100 %, connected but nothing offered. Values below 6 A are offered as nil.
    func offer(_ current: Amperes?)
    /// State F: the charge point cannot charge because of a fault. Ends with the next `offer`.
    func signalFault()
}

/// The electrical meter of one connector.
public protocol EnergyMeter: Sendable {
    func read() async throws(MeterFault) -> MeterReading
    /// As `read`, with the import register under the meter's own signature in `MeterReading.signed`. May take up to 30 s.
    ///
    /// Only meters whose profile has a public key are asked. A reading that comes back without a signature counts as a failure.
    func signedReading(_ request: SigningRequest) async throws(MeterFault) -> MeterReading
}

extension EnergyMeter {
    /// For the many meters that do not sign.
    public func signedReading(_ request: SigningRequest) async throws(MeterFault) -> MeterReading { try await read() }
}

public enum MeterFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// No answer in time, or none at all.
    case silent(String)
    /// An answer that cannot be true.
    case implausible(String)
    /// It measures, but does not sign.
    case unsigned(String)

    public var description: String {
        switch self {
        case .silent(let what): "the meter does not answer (\(what)); check its supply, wiring, address and speed"
        case .implausible(let what): "the meter's answer cannot be true (\(what)); check its register map and wiring"
        case .unsigned(let what):
            "the meter gives no signed reading (\(what)); check the meter, or set SampledDataSignReadings false"
        }
    }
}

/// The plug lock of a socket outlet; its answer arrives as `BoardEvent.lock`.
public protocol CableLock: Sendable {
    func lock()
    func unlock()
}

/// What the driver sees of the charge point.
public protocol Lamp: Sendable {
    /// - Parameter intensity: percent of the maximum (LightIntensity, OCPP 1.6 §9.1.11), 0…100.
    func show(_ signal: LampSignal, intensity: Int)
    /// Blinks as an acknowledgement (BlinkRepeat, OCPP 1.6 §9.1.4).
    func blink(times: Int)
}

public enum LampSignal: String, Sendable, Equatable {
    case off, available, preparing, charging, suspended, faulted
}
