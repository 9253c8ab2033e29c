public import BoardSupport

/// Why a request over Modbus brought nothing.
public enum ModbusFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// No answer, or only a part of one, within this time.
    case silent(unit: Int, after: Duration)
    /// An answer whose checksum or form is wrong.
    case garbled(unit: Int)
    /// An answer from another device than the one that was asked.
    case wrongUnit(Int)
    /// A whole answer that does not belong to this request: a late one, as a rule.
    case mismatched(unit: Int)
    /// The device's own refusal, by its exception code.
    case exception(unit: Int, code: Int)
    /// The adapter was unplugged or the connection dropped: what the operating system said. It is tried again by itself.
    case lineGone(String)
    case cannotOpen(line: String, String)
    /// Another process uses the line.
    case lineBusy(String)
    /// The request itself is impossible.
    case invalid(String)
    /// The bus was closed.
    case closed

    public var description: String { "\(fact). \(remedy)" }

    /// What happened, without a full stop.
    public var fact: String {
        switch self {
        case .silent(let unit, let time): "unit \(unit) did not answer within \(milliseconds(time))"
        case .garbled(let unit): "the answer of unit \(unit) was garbled"
        case .wrongUnit(let unit): "another device than unit \(unit) answered"
        case .mismatched(let unit): "unit \(unit) answered something else than it was asked for"
        case .exception(let unit, let code): "unit \(unit) refused: \(Self.meaning(code))"
        case .lineGone(let why): "the line is gone: \(why)"
        case .cannotOpen(let line, let why): "\(line) cannot be opened: \(why)"
        case .lineBusy(let line): "\(line) is in use by another process"
        case .invalid(let what): what
        case .closed: "the bus is closed"
        }
    }

    /// What to do about it: whole sentences.
    public var remedy: String {
        switch self {
        case .silent: "Check its supply, wiring (A and B swapped?), address, speed and parity."
        case .garbled: "Check speed, parity, termination and cable; two devices may share this address."
        case .wrongUnit, .mismatched: "Two devices may share an address, or the answers come later than the time-out: raise it."
        case .exception(_, 1...3): "Check that the register map is the one of this device."
        case .exception: "Look at the device's own display and manual."
        case .lineGone: "Plug the adapter in or restore the network; the line is opened again by itself."
        case .cannotOpen: "Check the name, that the device is plugged in, and that this user may use it (group dialout)."
        case .lineBusy: "Stop that process: `systemctl stop ladepunktd` when it is the daemon."
        case .invalid: "Correct the register map."
        case .closed: "Start the charge point again."
        }
    }

    public var meterFault: MeterFault {
        switch self {
        // What it refuses to read, it does not have: the remedy is in the register map.
        case .mismatched, .wrongUnit, .exception(_, 1...3): .implausible(fact)
        default: .silent(fact)
        }
    }

    /// Something was on the line that may have a rest.
    var leavesBytes: Bool {
        switch self {
        case .silent, .garbled, .wrongUnit, .mismatched: true
        default: false
        }
    }

    /// Asking once more at once is worth it: the device speaks.
    var isWorthARetry: Bool {
        switch self {
        case .garbled, .wrongUnit, .mismatched: true
        default: false
        }
    }

    /// Exception codes of the Modbus Application Protocol, §7.
    private static func meaning(_ code: Int) -> String {
        switch code {
        case 1: "it does not know this function (exception 1)"
        case 2: "it has no such register (exception 2)"
        case 3: "it does not take this value or length (exception 3)"
        case 4: "it failed (exception 4)"
        case 5: "it needs more time (exception 5)"
        case 6: "it is busy (exception 6)"
        case 10: "the gateway has no path to it (exception 10)"
        case 11: "the gateway has no answer from it (exception 11)"
        default: "exception \(code)"
        }
    }

    private func milliseconds(_ time: Duration) -> String { "\(Int64(time / .milliseconds(1))) ms" }
}
