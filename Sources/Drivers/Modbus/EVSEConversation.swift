import Units

/// What is known of one controller and what it has still to be told: a value without a clock and without a line.
///
/// A controller that drives its contactor closes it by itself when the vehicle asks while current is offered. So the offer is the
/// permission, and `open` takes it away: nothing is offered until the vehicle has stopped asking or closing is allowed again.
struct EVSEConversation {
    let map: EVSERegisterMap
    let connector: Int
    let outlet: ConnectorProfile.Outlet
    /// Requests in a row that may stay without an answer.
    let toleratedMisses: Int

    /// What the charge point wants.
    private var offered: Amperes?
    private var signalsFault = false
    private var isHeldOpen = false
    private var mayClose = false

    /// What the controller was told, once it took it.
    private var told: Target?
    /// What its current register said after that: not always what was written, for some round or cap it.
    private var settled: UInt16?
    /// Answers in a row with a higher current than it was told.
    private var disobediences = 0

    /// What was reported last; nil: nothing yet.
    private var state: VehicleState?
    private var isPlugged: Bool?
    private var contactor: ContactorState?
    private var activeFaults: [BoardFault] = []
    private var cableRating: Amperes?
    private var misses = 0
    /// Since when the contactor has been closed, or open, against the charge point's will.
    private var unwantedSince: Duration?
    private var missingSince: Duration?
    /// Since when the controller has known that nothing is offered.
    private var offSince: Duration?

    /// What the controller shall do.
    private struct Target: Equatable {
        /// nil: the register is left as it is.
        var raw: UInt16?
        var isOn: Bool
        /// Not in state F, where the controller can be told that.
        var isAvailable: Bool
    }

    /// How long after an opening, or a closing, the auxiliary contact may contradict: the vehicle has 3 s to stop drawing, and
    /// controllers wait for it (IEC 61851-1, sequence 9.1 and 9.2).
    static let switchingTime = Duration.seconds(7)
    static let toleratedDisobediences = 5
    static let silence = BoardFault(.evCommunicationError, vendorErrorCode: "EVSE-SILENT")
    static let disobedience = BoardFault(
        .evCommunicationError, vendorErrorCode: "EVSE-OFFER", info: "the EVSE controller offers more current than it was told")

    init(map: EVSERegisterMap, connector: Int, outlet: ConnectorProfile.Outlet, toleratedMisses: Int) {
        self.map = map
        self.connector = connector
        self.outlet = outlet
        self.toleratedMisses = toleratedMisses
    }

    // MARK: What the charge point wants

    mutating func offer(_ current: Amperes?) {
        // 6 A is the least that a duty cycle can say (IEC 61851-1, table A.8).
        offered = current.flatMap { current in
            // By the numbers: a NaN is no offer.
            guard current.value >= PilotSignal.currents.lowerBound.value else { return nil }
            return min(current, PilotSignal.currents.upperBound)
        }
        signalsFault = false
    }

    /// A controller that cannot be told to show state F offers nothing: the vehicle sees 100 %.
    mutating func signalFault() { signalsFault = true }

    mutating func close() {
        mayClose = true
        isHeldOpen = false
    }

    mutating func open() {
        mayClose = false
        // A vehicle that is seen not to ask has an open contactor, and must still see the offer to ask again.
        isHeldOpen = state != .a && state != .b
    }

    // MARK: What it has to be told

    /// What is to be written now, in this order; empty: the controller does what it shall.
    var writes: [RegisterWrite] {
        let target = target
        guard target != told else { return [] }
        let current = target.raw.map { raw in
            map.offer.writesMultiple
                ? RegisterWrite.registers(address: map.offer.address, [raw]) : .register(address: map.offer.address, raw)
        }
        let available = map.available?.write(target.isAvailable)
        let order: [RegisterWrite?] =
            target.isOn ? [available, current, map.enable?.write(true)] : [map.enable?.write(false), current, available]
        return order.compactMap(\.self)
    }

    /// All of `writes` was taken.
    /// - Parameter writes: as they were handed out; when something else is wanted by now, it is not done yet.
    mutating func took(_ writes: [RegisterWrite]) {
        guard writes == self.writes else { return }
        told = target
        settled = nil
    }

    private var target: Target {
        guard let current = offeredNow else { return Target(raw: map.offer.none, isOn: false, isAvailable: !signalsFault) }
        return Target(raw: map.offer.raw(current), isOn: true, isAvailable: true)
    }

    private var offeredNow: Amperes? {
        guard let offered, !signalsFault, !isHeldOpen else { return nil }
        guard outlet == .socket, let cableRating else { return offered }
        let carried = min(offered, cableRating)
        return carried.value >= PilotSignal.currents.lowerBound.value ? carried : nil
    }

    // MARK: What it says

    mutating func missed(_ reason: ModbusFault) -> [BoardEvent] {
        misses += 1
        guard misses == toleratedMisses else { return [] }
        // It may have restarted meanwhile: everything is told anew when it is back.
        told = nil
        state = .f
        var silence = Self.silence
        silence.info = reason.fact
        return [fault(silence, true), .pilot(connector: connector, .f)].compactMap(\.self)
    }

    mutating func answered(_ contents: RegisterContents, at time: Duration) -> [BoardEvent] {
        misses = 0
        var events = [fault(Self.silence, false)]
        events += readBack(contents[map.offerRange]?.first)
        let now = vehicleState(contents)
        // A rating that the controller cannot tell carries nothing.
        if let field = map.cableRating { cableRating = Amperes((try? field.value(in: contents)) ?? 0) }
        let plugged = plugged(now)
        if plugged == true, isPlugged != true { events.append(.cable(connector: connector, isPlugged: true)) }
        if now != state { events.append(.pilot(connector: connector, now)) }
        if plugged == false, isPlugged != false { events.append(.cable(connector: connector, isPlugged: false)) }
        state = now
        isPlugged = plugged ?? isPlugged
        if now == .a || now == .b { isHeldOpen = false }
        events += reportedFaults(contents)
        offSince = told?.isOn == false ? offSince ?? time : nil
        if map.drivesContactor { events.append(contactorEvent(isClosed(contents, now, at: time), at: time)) }
        return events.compactMap(\.self)
    }

    /// A register that changes by itself means that the controller started anew and forgot.
    private mutating func readBack(_ raw: UInt16?) -> [BoardEvent?] {
        guard let raw, let told, let wanted = told.raw else { return [] }
        if raw > wanted {
            disobediences += 1
            self.told = nil
            return [disobediences >= Self.toleratedDisobediences ? fault(Self.disobedience, true) : nil]
        }
        disobediences = 0
        if let settled, raw != settled { self.told = nil }
        settled = raw
        return [fault(Self.disobedience, false)]
    }

    private func vehicleState(_ contents: RegisterContents) -> VehicleState {
        let word = contents[RegisterBlock(table: map.state.table, address: map.state.address, count: 1)]?.first
        return word.flatMap { map.state.values[$0 & map.state.mask] } ?? .e
    }

    /// nil: an error state says nothing of the plug.
    private func plugged(_ state: VehicleState) -> Bool? {
        if outlet == .socket, let cableRating { return cableRating > 0 || state.isConnected == true }
        return state.isConnected
    }

    private mutating func reportedFaults(_ contents: RegisterContents) -> [BoardEvent?] {
        guard let register = map.faults,
            let word = contents[RegisterBlock(table: register.table, address: register.address, count: 1)]?.first
        else { return [] }
        return register.values.sorted { $0.key < $1.key }.map { value, kind in
            let isActive = register.areBits ? word & value != 0 : word & register.mask == value
            return fault(BoardFault(kind, vendorErrorCode: "EVSE-\(value)", info: "reported by the EVSE controller"), isActive)
        }
    }

    /// Without an auxiliary contact it counts as closed while the vehicle asks, until the controller has had its time to open.
    private func isClosed(_ contents: RegisterContents, _ state: VehicleState, at time: Duration) -> Bool {
        guard let register = map.contactor,
            let word = contents[RegisterBlock(table: register.table, address: register.address, count: 1)]?.first
        else { return state.asksForEnergy && offSince.map { time - $0 < Self.switchingTime } ?? true }
        return register.closed.contains(word & register.mask)
    }

    private mutating func contactorEvent(_ isClosed: Bool, at time: Duration) -> BoardEvent? {
        guard isClosed != mayClose else {
            unwantedSince = nil
            missingSince = nil
            return report(isClosed ? .closed : .open)
        }
        guard isClosed else {
            // It follows the vehicle, so it is open while the vehicle pauses; proven stuck only by its own feedback.
            guard map.contactor != nil, state?.asksForEnergy == true, target.isOn else { return nil }
            missingSince = missingSince ?? time
            return time - (missingSince ?? time) > Self.switchingTime ? report(.stuckOpen) : nil
        }
        // It closed under an offer, before the charge point said so: that word is on its way.
        guard map.contactor != nil, !target.isOn else { return nil }
        unwantedSince = unwantedSince ?? time
        return time - (unwantedSince ?? time) > Self.switchingTime ? report(.welded) : nil
    }

    private mutating func report(_ state: ContactorState) -> BoardEvent? {
        guard state != contactor else { return nil }
        contactor = state
        return .contactor(connector: connector, state)
    }

    private mutating func fault(_ fault: BoardFault, _ isActive: Bool) -> BoardEvent? {
        let index = activeFaults.firstIndex { $0.kind == fault.kind && $0.vendorErrorCode == fault.vendorErrorCode }
        switch (index, isActive) {
        case (nil, true):
            activeFaults.append(fault)
            return .fault(connector: connector, fault, isActive: true)
        case (let index?, false): return .fault(connector: connector, activeFaults.remove(at: index), isActive: false)
        case (nil, false), (_?, true): return nil
        }
    }
}

extension EVSERegisterMap.EnableSwitch {
    fileprivate func write(_ isOn: Bool) -> RegisterWrite {
        switch self {
        case .coil(let address, let on): .coil(address: address, isOn == on)
        case .register(let address, let on, let off, true): .registers(address: address, [isOn ? on : off])
        case .register(let address, let on, let off, false): .register(address: address, isOn ? on : off)
        }
    }
}
