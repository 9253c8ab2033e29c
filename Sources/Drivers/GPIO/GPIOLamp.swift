public import BoardSupport
import Synchronization
import Threads
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Lamps and a buzzer on output lines. A thread of its own blinks while something blinks, and sleeps without end otherwise.
///
/// | signal | green | blue | red |
/// | --- | --- | --- | --- |
/// | available | on | | |
/// | preparing | blinks | | |
/// | charging | | on | |
/// | suspended | | blinks | |
/// | faulted | | | on |
///
/// Without a blue lamp green takes its part, and blinks slowly while charging. An acknowledgement blinks all lamps quickly and
/// sounds the buzzer once.
public final class GPIOLamp: Lamp {
    struct Outputs: Sendable {
        var green: [any OutputLine] = []
        var red: [any OutputLine] = []
        var blue: [any OutputLine] = []
        var buzzer: [any OutputLine] = []
        var isEmpty: Bool { green.isEmpty && red.isEmpty && blue.isEmpty && buzzer.isEmpty }
    }

    /// What the lines show at an instant, and for how long; nil: until something else is to be shown.
    struct Picture: Sendable, Equatable {
        var green = false
        var red = false
        var blue = false
        var buzzer = false
        var lasts: Duration?
    }

    private struct State {
        var signal = LampSignal.off
        var isLit = true
        /// Half-blinks of an acknowledgement that are left.
        var acknowledgement = 0
        var phase = 0
        var isEnded = false
    }

    static let quick: Duration = .milliseconds(150)
    static let blinking: Duration = .milliseconds(500)
    static let breathing: Duration = .milliseconds(1500)
    /// BlinkRepeat is the Central System's to set; nobody waits longer.
    static let mostBlinks = 20

    private let outputs: Outputs
    private let state = Mutex(State())
    private let wake: Signal

    init(_ outputs: Outputs) throws(LineFault) {
        self.outputs = outputs
        wake = try Signal()
        PlainThread.start(name: "lamp") { self.run() }
    }

    public func show(_ signal: LampSignal, intensity: Int) {
        state.withLock { ($0.signal, $0.isLit, $0.phase) = (signal, intensity > 0, 0) }
        wake.raise()
    }

    public func blink(times: Int) {
        state.withLock { $0.acknowledgement = 2 * min(max(times, 0), Self.mostBlinks) }
        wake.raise()
    }

    func close() {
        state.withLock { $0.isEnded = true }
        wake.raise()
    }

    static func picture(_ signal: LampSignal, isLit: Bool, phase: Int, hasBlue: Bool) -> Picture {
        let isOn = phase.isMultiple(of: 2)
        guard isLit else { return Picture() }
        return switch signal {
        case .off: Picture()
        case .available: Picture(green: true)
        case .preparing: Picture(green: isOn, lasts: blinking)
        case .charging: hasBlue ? Picture(blue: true) : Picture(green: isOn, lasts: breathing)
        case .suspended: hasBlue ? Picture(blue: isOn, lasts: blinking) : Picture(green: isOn, lasts: blinking)
        case .faulted: Picture(red: true)
        }
    }

    private func run() {
        while let picture = next() {
            set(outputs.green, picture.green)
            set(outputs.red, picture.red)
            set(outputs.blue, picture.blue)
            set(outputs.buzzer, picture.buzzer)
            var waiting = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
            let time = picture.lasts.map { Int32(nanoseconds($0) / 1_000_000) } ?? -1
            if poll(&waiting, 1, time) > 0 { wake.lower() }
        }
        for lines in [outputs.green, outputs.red, outputs.blue, outputs.buzzer] { set(lines, false) }
    }

    /// What to show now; nil: nothing any more.
    private func next() -> Picture? {
        state.withLock { state in
            guard !state.isEnded else { return nil }
            if state.acknowledgement > 0 {
                state.acknowledgement -= 1
                let isOn = !state.acknowledgement.isMultiple(of: 2)
                return Picture(green: isOn, red: isOn, blue: isOn, buzzer: isOn, lasts: Self.quick)
            }
            defer { state.phase &+= 1 }
            return Self.picture(state.signal, isLit: state.isLit, phase: state.phase, hasBlue: !outputs.blue.isEmpty)
        }
    }

    /// A lamp that cannot be lit endangers nobody; that its line is there was checked when it was requested.
    private func set(_ lines: [any OutputLine], _ isActive: Bool) { for line in lines { try? line.set(isActive) } }
}
