import BoardSupport
import Units

/// The whole board as the interlock's thread sees it: its connectors and what strikes them all. Pure; time comes from outside.
struct BoardSafety: Sendable {
    private(set) var connectors: [ConnectorSafety]
    /// What strikes every connector.
    private(set) var hazards: Hazards = []
    private var inputs: [(kind: InputConfiguration.Kind, level: Settling<Bool>)]
    private(set) var temperatures: [TemperatureMonitor]
    private var heardAt: Duration = .zero
    /// The trip lines' levels as last read: a pulse that is over already shows only in the count of changes.
    private var wasTripped: [Bool]
    private var tripsUpstream = false

    /// Inputs that open contactors: with the debounce and a little for the thread they stay within 20 ms.
    static let standardDebounce: Duration = .milliseconds(5)
    static let restlessLimit: Duration = .milliseconds(12)
    static let buttonDebounce: Duration = .milliseconds(30)

    init(_ configuration: GPIOBoardConfiguration) {
        connectors = configuration.connectors.enumerated().map { ConnectorSafety($1, index: $0) }
        wasTripped = connectors.map { _ in false }
        temperatures = configuration.temperatures.map { TemperatureMonitor($0) }
        inputs = configuration.inputs.map { input in
            let isButton = input.kind == .button
            let delay = input.line.debounce ?? (isButton ? Self.buttonDebounce : Self.standardDebounce)
            return (
                input.kind,
                Settling(false, delay: delay, limit: isButton ? .seconds(1) : Self.restlessLimit, whenRestless: !isButton)
            )
        }
    }

    // MARK: What comes in; `settle` draws the consequences

    /// An input line has this level now, after so many changes; 0 changes: it is read at the start.
    mutating func sense(
        _ role: LineRole, _ connector: Int, isActive: Bool, edges: Int, at now: Duration, _ acts: inout [SafetyAct]
    ) {
        switch role {
        case .input(let place):
            // At the start a level needs no rest: a stop that is pressed is pressed.
            if edges == 0 {
                inputs[place].level = inputs[place].level.begun(isActive)
            } else {
                inputs[place].level.sense(isActive, at: now)
            }
        case .feedback: connectors[connector].feedback(isConducting: isActive, edges: edges, at: now)
        case .trip:
            connectors[connector].trip(
                isActive: isActive, wasPulsed: edges > 0 && !isActive && !wasTripped[connector], at: now, &acts)
            wasTripped[connector] = isActive
        case .bolt: connectors[connector].bolt(isEngaged: isActive, at: now)
        case .connected, .ready, .ventilated, .pilotFault, .coding: connectors[connector].sense(role, isActive, at: now)
        }
    }

    /// The sensor at this place says so.
    mutating func measured(_ place: Int, _ temperature: Celsius, at now: Duration) {
        temperatures[place].read(temperature, at: now)
    }

    mutating func change<Failure: Error>(
        _ connector: Int, _ body: (inout ConnectorSafety) throws(Failure) -> Void
    ) throws(Failure) {
        try body(&connectors[connector])
    }

    mutating func lineFailed(_ acts: inout [SafetyAct]) {
        guard !hazards[.lineFailed] else { return }
        hazards[.lineFailed] = true
        for index in connectors.indices where connectors[index].isCommandedClosed { acts.append(.coil(index, false)) }
        acts.append(.report(.fault(connector: 0, .lineFailed, isActive: true)))
    }

    // MARK: What follows

    /// - Parameter heardAt: uptime of the loop's last sign of life.
    mutating func settle(at now: Duration, heardAt: Duration, _ acts: inout [SafetyAct]) {
        self.heardAt = heardAt
        var pressed = 0
        let before = hazards
        for place in inputs.indices {
            let was = inputs[place].level.value
            inputs[place].level.advance(to: now)
            if inputs[place].kind == .button, inputs[place].level.value, !was { pressed += 1 }
        }
        for (kind, hazard, _) in Self.sensed {
            hazards[hazard] = inputs.contains { $0.kind == kind && $0.level.value }
        }
        for place in temperatures.indices { temperatures[place].advance(to: now) }
        hazards[.overTemperature] = temperatures.contains(where: \.isHot)
        hazards[.temperatureUnknown] = temperatures.contains(where: \.isUnknown)
        if let stalledAt { hazards[.loopStalled] = now >= stalledAt }
        if hazards[.loopStalled], now < heardAt + Interlock.loopTimeOut { hazards[.loopStalled] = false }
        for index in connectors.indices { connectors[index].settle(at: now, board: hazards, &acts) }
        let isWelded = connectors.contains(where: \.isWelded)
        if isWelded != tripsUpstream {
            tripsUpstream = isWelded
            acts.append(.trip(isWelded))
        }
        for (hazard, fault) in Self.told where hazards[hazard] != before[hazard] {
            acts.append(.report(.fault(connector: 0, explained(fault), isActive: hazards[hazard])))
        }
        for _ in 0..<pressed { acts.append(.report(.button(connector: 0))) }
    }

    var deadline: Duration? {
        (inputs.map(\.level.deadline) + connectors.map(\.deadline) + temperatures.map(\.deadline) + [
            hazards[.loopStalled] ? nil : stalledAt
        ])
        .compactMap(\.self).min()
    }

    /// When the loop counts as stalled, unless it is heard of; only while it keeps a contactor closed.
    private var stalledAt: Duration? {
        connectors.compactMap(\.closedAt).max().map { max($0, heardAt) + Interlock.loopTimeOut }
    }

    private static let sensed: [(InputConfiguration.Kind, Hazard, BoardFault)] = [
        (.emergencyStop, .emergencyStop, .emergencyStop), (.door, .door, .doorOpen), (.tilt, .tilt, .tilted),
        (.water, .water, .water),
    ]
    private static let told: [(Hazard, BoardFault)] =
        sensed.map { ($0.1, $0.2) } + [
            (.loopStalled, .loopStalled), (.overTemperature, .overTemperature), (.temperatureUnknown, .temperatureUnknown),
        ]

    /// The fault with the sensor that found it.
    private func explained(_ fault: BoardFault) -> BoardFault {
        var fault = fault
        if fault == .overTemperature, let hot = temperatures.first(where: \.isHot), let reading = hot.latest {
            fault.info = "\(reading) at \(hot.configuration.file), the limit is \(hot.configuration.limit)"
        } else if fault == .temperatureUnknown, let silent = temperatures.first(where: \.isUnknown) {
            fault.info = "the temperature sensor \(silent.configuration.file) cannot be read; check its driver and wiring"
        }
        return fault
    }
}

extension Settling {
    /// The same, with this value at rest.
    func begun(_ value: Value) -> Settling { Settling(value, delay: delay, limit: limit, whenRestless: whenRestless) }
}
