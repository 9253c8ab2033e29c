import BoardSupport
import SimulatedBoard
import Testing
import Units

/// A connector with a vehicle plugged in, ready, offered `offer` and, where that lets it ask, the contactor closed.
func charging(
    offer: Amperes = 32, vehicle: SimulatedVehicleConfiguration = .init(), board: SimulatedConnectorConfiguration = .init(id: 1),
    speed: Double = 1
) throws -> SimulatedConnector {
    var connector = SimulatedConnector(board, vehicle: vehicle, speed: speed)
    _ = try connector.plug()
    _ = connector.engageLock()
    _ = connector.advance(by: vehicle.readyAfter)
    _ = connector.offer(offer)
    if connector.pilot.asksForEnergy { _ = try connector.close() }
    return connector
}

@Suite struct `A simulated session` {
    @Test func `goes from plug to energy and back with every event in order`() throws {
        var connector = SimulatedConnector(.init(id: 2))

        #expect(try connector.plug() == [.cable(connector: 2, isPlugged: true), .pilot(connector: 2, .b)])
        #expect(connector.engageLock() == [.lock(connector: 2, .locked)])
        #expect(connector.offer(16) == [])
        #expect(connector.advance(by: .milliseconds(999)) == [])
        #expect(connector.advance(by: .milliseconds(1)) == [.pilot(connector: 2, .c)])
        #expect(try connector.close() == [.contactor(connector: 2, .closed)])
        #expect(connector.power == 3680)
        #expect(connector.advance(by: .seconds(3600)) == [])
        #expect(connector.offer(nil) == [.pilot(connector: 2, .b), .contactor(connector: 2, .open)])
        #expect(connector.releaseLock() == [.lock(connector: 2, .unlocked)])
        #expect(connector.unplug() == [.pilot(connector: 2, .a), .cable(connector: 2, isPlugged: false)])
        #expect(
            connector.truth
                == SimulatedTruth(
                    connector: 2, register: 3680, contactor: .open, isPlugged: false, isLocked: false, vehicleState: .a,
                    energyDrawn: 3680, power: 0, closings: 1))
    }

    @Test func `counts energy only from the instant at which the vehicle is ready, even over a weld`() throws {
        var connector = SimulatedConnector(.init(id: 1))
        _ = connector.setContactorFailure(.welded)
        _ = try connector.plug()
        _ = connector.offer(10)

        #expect(connector.advance(by: .seconds(3601)) == [.pilot(connector: 1, .c)])

        #expect(connector.truth.register == 2300)
    }

    @Test(arguments: [
        // offer, vehicle's current, its phases, board's rating, board's phases, W
        (16.0, 32.0, Phases.one, 32.0, Phases.three, 3680.0), (32, 16, .three, 32, .three, 11_040),
        (32, 32, .three, 20, .three, 13_800),
        (6, 32, .two, 32, .three, 2760), (32, 32, .three, 32, .one, 7360), (5.9, 32, .one, 32, .three, 0),
        (.nan, 32, .one, 32, .three, 0),
    ])
    func `draws the least of offer, own current and rating, on the phases both have`(
        offer: Double, own: Double, ownPhases: Phases, rating: Double, phases: Phases, expected: Double
    ) throws {
        let connector = try charging(
            offer: Amperes(offer), vehicle: .init(current: Amperes(own), phases: ownPhases),
            board: .init(id: 1, maximumCurrent: Amperes(rating), phases: phases))

        #expect(connector.power == Watts(expected))
    }

    @Test func `follows a changed offer from that instant`() throws {
        var connector = try charging(offer: 10, speed: 60)

        _ = connector.advance(by: .seconds(60))
        _ = connector.offer(20)
        _ = connector.advance(by: .seconds(60))

        #expect(connector.truth.register == 6900)
    }

    @Test func `counts afresh what each vehicle draws, and never turns the register back`() throws {
        var connector = try charging(offer: 10)
        _ = connector.advance(by: .seconds(3600))
        _ = connector.releaseLock()
        _ = connector.unplug()

        _ = try connector.plug()

        #expect(connector.truth.energyDrawn == 0)
        #expect(connector.truth.register == 2300)
    }

    @Test func `starts its register afresh at each plug-in where the board says so`() throws {
        var connector = SimulatedConnector(.init(id: 1), resetMeterOnPlug: true, milliwattHours: 9_000_000)

        _ = try connector.plug()

        #expect(connector.truth.register == 0)
    }

    @Test func `keeps its register at plug-in while the contacts are welded`() throws {
        var connector = SimulatedConnector(.init(id: 1), resetMeterOnPlug: true, milliwattHours: 9_000_000)
        _ = connector.setContactorFailure(.welded)

        _ = try connector.plug()

        #expect(connector.truth.register == 9000)
    }

    @Test func `begins plugged, with its register, where the vehicle stays`() {
        let connector = SimulatedConnector(
            .init(id: 1), vehicle: .init(staysPlugged: true), resetMeterOnPlug: true, milliwattHours: 9_000_000)

        #expect(
            connector.report == [
                .contactor(connector: 1, .open), .lock(connector: 1, .unlocked), .cable(connector: 1, isPlugged: true),
                .pilot(connector: 1, .b),
            ])
        #expect(connector.truth.register == 9000)
    }

    @Test func `pauses when the vehicle stops asking, and goes on when it asks again`() throws {
        var connector = try charging()

        #expect(connector.setVehicle(wantsEnergy: false) == [.pilot(connector: 1, .b), .contactor(connector: 1, .open)])
        #expect(connector.setVehicle(wantsEnergy: true) == [.pilot(connector: 1, .c)])
        #expect(connector.power == 0)
    }
}

@Suite struct `The simulated contactor` {
    @Test func `closes only when the interlock allows`() {
        var connector = SimulatedConnector(.init(id: 1))

        #expect(throws: ContactorFault.interlocked("no plug is in the outlet")) { try connector.close() }
        #expect(connector.truth.closings == 0)
    }

    @Test(arguments: [BoardFault.Kind.groundFailure, .overCurrentFailure, .highTemperature])
    func `opens on a grave fault, stays open under it, and may close after it`(kind: BoardFault.Kind) throws {
        var connector = try charging()
        let fault = BoardFault(kind)

        #expect(
            connector.setFault(fault, isActive: true) == [
                .fault(connector: 1, fault, isActive: true), .contactor(connector: 1, .open),
            ])
        #expect(throws: ContactorFault.interlocked("the board detects \(kind.rawValue)")) { try connector.close() }
        #expect(connector.setFault(fault, isActive: false) == [.fault(connector: 1, fault, isActive: false)])
        #expect(try connector.close() == [.contactor(connector: 1, .closed)])
    }

    @Test func `opens when the pilot signals a fault, and the pilot comes back with the next offer`() throws {
        var connector = try charging()

        #expect(connector.signalFault() == [.pilot(connector: 1, .f), .contactor(connector: 1, .open)])
        #expect(connector.offer(16) == [.pilot(connector: 1, .c)])
    }

    @Test func `goes on feeding while it is welded and the vehicle asks`() throws {
        var connector = try charging(offer: 10)
        #expect(connector.setContactorFailure(.welded) == [])

        #expect(connector.open() == [.contactor(connector: 1, .welded)])
        _ = connector.advance(by: .seconds(3600))

        #expect(connector.truth.register == 2300)
        #expect(connector.setContactorFailure(nil) == [.contactor(connector: 1, .open)])
        #expect(connector.power == 0)
    }

    @Test func `shows a weld at once when nobody told it to close`() {
        var connector = SimulatedConnector(.init(id: 1))

        #expect(connector.setContactorFailure(.welded) == [.contactor(connector: 1, .welded)])
        #expect(connector.truth.closings == 0)
    }

    @Test func `passes nothing while it is stuck open`() throws {
        var connector = try charging()
        _ = connector.open()
        _ = connector.setContactorFailure(.stuckOpen)

        #expect(try connector.close() == [.contactor(connector: 1, .stuckOpen)])
        #expect(connector.power == 0)
        #expect(connector.truth.closings == 1)
    }

    @Test func `answers every time that it is told to open`() {
        var connector = SimulatedConnector(.init(id: 1))

        #expect(connector.open() == [.contactor(connector: 1, .open)])
        #expect(connector.open() == [.contactor(connector: 1, .open)])
    }
}

@Suite struct `The simulated cable` {
    @Test func `pulled under load opens the contactor between vehicle and plug`() throws {
        var connector = try charging(board: .init(id: 1, hasLock: false))

        #expect(
            connector.unplug() == [
                .pilot(connector: 1, .a), .contactor(connector: 1, .open), .cable(connector: 1, isPlugged: false),
            ])
    }

    @Test func `stays in a locked outlet until it is unlocked`() throws {
        var connector = try charging()

        #expect(connector.unplug() == [.pilot(connector: 1, .a), .contactor(connector: 1, .open)])
        #expect(connector.truth.isPlugged)
        #expect(connector.releaseLock() == [.lock(connector: 1, .unlocked), .cable(connector: 1, isPlugged: false)])
    }

    @Test func `stays in an outlet whose lock is stuck, until that is mended and unlocks`() throws {
        var connector = try charging()
        #expect(try connector.setLock(.stuck) == [])
        _ = connector.unplug()

        #expect(connector.releaseLock() == [.lock(connector: 1, .stuck)])
        #expect(connector.truth.isPlugged)
        #expect(try connector.setLock(nil) == [.lock(connector: 1, .locked)])
        #expect(connector.releaseLock() == [.lock(connector: 1, .unlocked), .cable(connector: 1, isPlugged: false)])
    }

    @Test func `is cut off as soon as its lock lets go, and lives again once that holds`() throws {
        var connector = try charging()

        #expect(try connector.setLock(.released) == [.lock(connector: 1, .stuck), .contactor(connector: 1, .open)])

        #expect(throws: ContactorFault.interlocked(Interlock.Reason.unlocked.description)) { try connector.close() }
        #expect(connector.engageLock() == [.lock(connector: 1, .stuck)])
        #expect(try connector.setLock(nil) == [.lock(connector: 1, .unlocked)])
        #expect(connector.engageLock() == [.lock(connector: 1, .locked)])
        #expect(try connector.close() == [.contactor(connector: 1, .closed)])
    }

    @Test func `keeps its lock while a contact conducts`() throws {
        var connector = try charging()

        #expect(connector.releaseLock() == [.lock(connector: 1, .locked)])
        #expect(connector.truth.isLocked)
    }

    @Test func `that is tethered leaves the vehicle whatever the lock does`() throws {
        var connector = try charging(board: .init(id: 1, outlet: .cable))

        #expect(connector.unplug().last == .cable(connector: 1, isPlugged: false))
    }

    @Test func `in the outlet already only goes back to the vehicle`() throws {
        var connector = try charging()
        _ = connector.unplug()

        #expect(try connector.plug() == [.pilot(connector: 1, .b)])
        #expect(try connector.plug() == [])
    }

    @Test func `does not go into a locked outlet`() {
        var connector = SimulatedConnector(.init(id: 1))
        _ = connector.engageLock()

        #expect(throws: SimulatorError.self) { try connector.plug() }
    }

    @Test func `brings a vehicle that asks again after one that was told to stop`() throws {
        var connector = try charging(board: .init(id: 1, hasLock: false))
        _ = connector.setVehicle(wantsEnergy: false)
        _ = connector.unplug()
        _ = try connector.plug()

        #expect(connector.advance(by: .seconds(1)) == [.pilot(connector: 1, .c)])
    }
}

@Suite struct `What goes wrong at a simulated connector` {
    @Test(arguments: [(VehicleState.a, false), (.b, false), (.d, false), (.e, false), (.f, false)])
    func `a forced pilot is reported and judged by the interlock`(state: VehicleState, feeds: Bool) throws {
        var connector = try charging()

        let events = connector.setPilot(.state(state))

        #expect(events == [.pilot(connector: 1, state)] + (feeds ? [] : [.contactor(connector: 1, .open)]))
        #expect((connector.power > 0) == feeds)
        #expect(connector.setPilot(nil) == [.pilot(connector: 1, .c)])
    }

    @Test func `a missing diode is state E and a communication error`() throws {
        var connector = try charging()
        let fault = BoardFault(.evCommunicationError, info: "the pilot's diode is missing")

        #expect(
            connector.setPilot(.diodeFault) == [
                .pilot(connector: 1, .e), .contactor(connector: 1, .open), .fault(connector: 1, fault, isActive: true),
            ])
        #expect(connector.setPilot(nil) == [.pilot(connector: 1, .c), .fault(connector: 1, fault, isActive: false)])
    }

    @Test func `a vehicle forced to ask draws nothing that is not offered, unless it cheats`() throws {
        var connector = try charging()
        _ = connector.setPilot(.state(.c))

        #expect(connector.offer(nil) == [])
        #expect(connector.power == 0)
        try connector.setOverdraw(20)
        #expect(connector.power == 4600)
    }

    @Test func `a vehicle that overdraws takes its current whatever is offered`() throws {
        var connector = try charging(offer: 6)

        try connector.setOverdraw(40)

        #expect(connector.power == 9200)
    }

    @Test(arguments: [-1, 1001, .nan, .infinity])
    func `a current that no vehicle draws is refused`(current: Double) throws {
        var connector = try charging()

        #expect(throws: SimulatorError.self) { try connector.setOverdraw(Amperes(current)) }
    }

    @Test func `faults of one kind are told apart by their vendor's code, and all go without one`() {
        var connector = SimulatedConnector(.init(id: 1))
        let first = BoardFault(.otherError, vendorErrorCode: "1")
        let second = BoardFault(.otherError, vendorErrorCode: "2")
        _ = connector.setFault(first, isActive: true)
        _ = connector.setFault(second, isActive: true)

        #expect(connector.setFault(first, isActive: true) == [])
        #expect(
            connector.setFault(BoardFault(.otherError), isActive: false) == [
                .fault(connector: 1, first, isActive: false), .fault(connector: 1, second, isActive: false),
            ])
    }

    @Test(arguments: [-1, SimulatedMeter.maximumRegister.value + 1])
    func `a register that no meter shows is refused`(register: Int) {
        var connector = SimulatedConnector(.init(id: 1))

        #expect(throws: SimulatorError.self) { try connector.setMeter(isSilent: nil, register: WattHours(register)) }
    }
}
