import BoardSupport
@testable import Drivers
import Testing
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite struct `A board on lines` {
    @Test func `opens its contactors first, and closes none that is not proven open`() throws {
        let bench = try LineBench(prepare: { $0.begin("feedback", true) })
        defer { bench.board.close() }

        #expect(try bench.lines[output: "coil"].writes.first == false)
        bench.log.expect(.contactor(connector: 1, .welded))
        try bench.vehicle(.c)
        #expect(throws: ContactorFault.interlocked(Hazard.weld.description)) { try bench.contactor.close() }
    }

    @Test(arguments: [VehicleState.b, .a]) func `opens when the vehicle leaves C, and says so`(state: VehicleState) throws {
        let bench = try LineBench()
        defer { bench.board.close() }
        try bench.charge()

        try bench.vehicle(state)

        bench.log.expect(.contactor(connector: 1, .open))
        #expect(try !bench.isEnergised)
    }

    @Test func `gives a vehicle that demands ventilation nothing without`() throws {
        let bench = try LineBench()
        defer { bench.board.close() }
        bench.log.expect(.contactor(connector: 1, .open))
        try bench.vehicle(.d)

        #expect(throws: ContactorFault.interlocked(Interlock.Reason.pilot(.d).description)) { try bench.contactor.close() }
    }

    @Test func `gives it energy where there is some`() throws {
        let bench = try LineBench(LineBench.configuration { $0.hasVentilation = true })
        defer { bench.board.close() }
        bench.log.expect(.contactor(connector: 1, .open))
        try bench.vehicle(.d)

        try bench.contactor.close()

        bench.log.expect(.contactor(connector: 1, .closed))
    }

    static let hazards: [(InputConfiguration.Kind, BoardFault)] = [
        (.emergencyStop, .emergencyStop), (.door, .doorOpen), (.tilt, .tilted), (.water, .water),
    ]

    @Test(arguments: hazards) func `opens on an input that says danger, and until it is over`(
        kind: InputConfiguration.Kind, fault: BoardFault
    ) throws {
        let bench = try LineBench(LineBench.configuration(inputs: [InputConfiguration(kind, .line("danger"))]))
        defer { bench.board.close() }
        try bench.charge()

        try bench.lines[input: "danger"].set(true)

        bench.log.expect(.fault(connector: 0, fault, isActive: true))
        #expect(try !bench.isEnergised)
        #expect(throws: ContactorFault.self) { try bench.contactor.close() }
        try bench.lines[input: "danger"].set(false)
        bench.log.expect(.fault(connector: 0, fault, isActive: false))
        bench.log.expect(.contactor(connector: 1, .open))
        try bench.contactor.close()
        #expect(try bench.isEnergised)
    }

    @Test func `counts a stop that is pressed at the start`() throws {
        let bench = try LineBench(
            LineBench.configuration(inputs: [InputConfiguration(.emergencyStop, .line("stop"))]),
            prepare: { $0.begin("stop", true) })
        defer { bench.board.close() }

        bench.log.expect(.fault(connector: 0, .emergencyStop, isActive: true))
    }

    @Test func `tells of its button once a press`() throws {
        let bench = try LineBench(LineBench.configuration(inputs: [InputConfiguration(.button, .line("button"))]))
        defer { bench.board.close() }

        try bench.lines[input: "button"].set(true)
        bench.log.expect(.button(connector: 0))
        try bench.lines[input: "button"].set(false)

        try eventually("released") { bench.board.reasonToStayOpen(connector: 1) != nil }
        #expect(bench.log.all.count { $0 == .button(connector: 0) } == 1)
    }

    @Test func `finds a weld, trips the breaker upstream and keeps the plug`() throws {
        let bench = try LineBench(
            LineBench.configuration(
                { $0.lock = GPIOLockConfiguration(motor: .line("motor"), feedback: .line("bolt"), within: .milliseconds(50)) },
                outputs: [OutputConfiguration(.trip, .line("breaker"))]))
        defer { bench.board.close() }
        let bolt = try bench.lines[input: "bolt"]
        try bench.lines[output: "motor"].whenSet { bolt.set($0) }
        let lock = try #require(bench.board.connectors[0].lock)
        lock.lock()
        bench.log.expect(.lock(connector: 1, .locked))
        try bench.charge()
        bench.contacts.value = .welded

        try bench.contactor.open()
        bench.log.expect(.contactor(connector: 1, .welded))
        lock.unlock()

        try eventually("breaker tripped") { (try? bench.lines[output: "breaker"].isActive) ?? false }
        bench.log.expect(.lock(connector: 1, .locked))
        #expect(try bench.lines[output: "motor"].isActive)
    }

    @Test func `finds a contactor that does not close, and lets its coil go`() throws {
        let bench = try LineBench()
        defer { bench.board.close() }
        bench.log.expect(.contactor(connector: 1, .open))
        try bench.vehicle(.c)
        bench.contacts.value = .stuckOpen

        try bench.contactor.close()

        bench.log.expect(.contactor(connector: 1, .stuckOpen))
        #expect(try !bench.isEnergised)
    }

    @Test func `reads a mirror contact the other way round`() throws {
        let bench = try LineBench(
            LineBench.configuration { $0.contactor?.feedbackContact = .normallyClosed }, prepare: { $0.begin("feedback", true) })
        defer { bench.board.close() }

        bench.log.expect(.contactor(connector: 1, .open))
    }

    @Test func `closes only a plug that is locked`() throws {
        let bench = try LineBench(
            LineBench.configuration { $0.lock = GPIOLockConfiguration(motor: .line("motor"), feedback: .line("bolt")) })
        defer { bench.board.close() }
        bench.log.expect(.contactor(connector: 1, .open))
        try bench.vehicle(.c)

        #expect(throws: ContactorFault.interlocked(Interlock.Reason.unlocked.description)) { try bench.contactor.close() }
    }

    @Test func `opens as soon as the bolt leaves the plug`() throws {
        let bench = try LineBench(
            LineBench.configuration { $0.lock = GPIOLockConfiguration(motor: .line("motor"), feedback: .line("bolt")) })
        defer { bench.board.close() }
        let bolt = try bench.lines[input: "bolt"]
        try bench.lines[output: "motor"].whenSet { bolt.set($0) }
        try #require(bench.board.connectors[0].lock).lock()
        bench.log.expect(.lock(connector: 1, .locked))
        try bench.charge()

        bolt.set(false)

        bench.log.expect(.contactor(connector: 1, .open))
        #expect(try !bench.isEnergised)
        #expect(bench.log.all.first == .lock(connector: 1, .stuck))
        #expect(throws: ContactorFault.interlocked(Interlock.Reason.unlocked.description)) { try bench.contactor.close() }
    }

    @Test func `refuses while it is too hot, from the first reading on`() throws {
        let sysfs = try Sysfs(["thermal_zone0/temp": "80000\n"])
        let bench = try LineBench(
            GPIOBoardConfiguration(
                connectors: LineBench.configuration().connectors,
                temperatures: [TemperatureConfiguration(file: "\(sysfs.root)/thermal_zone0/temp", limit: 80)]))
        defer { bench.board.close() }
        var fault = BoardFault.overTemperature
        fault.info = "80.0 °C at \(sysfs.root)/thermal_zone0/temp, the limit is 80.0 °C"

        bench.log.expect(.fault(connector: 0, fault, isActive: true))
        try bench.vehicle(.c)

        #expect(throws: ContactorFault.interlocked(Hazard.overTemperature.description)) { try bench.contactor.close() }
    }

    @Test func `says once and with the remedy that it gets no real-time priority`() throws {
        #expect(InterlockThread.lackOfPriority(0) == nil)
        let words = try #require(InterlockThread.lackOfPriority(EPERM))
        #expect(words.contains("Operation not permitted") && words.contains("LimitRTPRIO=1"))
        let told = LineBench.Shared<[String]>([])

        let bench = try LineBench(words: { told.value += [$0] })
        bench.log.expect(.contactor(connector: 1, .open))
        bench.board.close()

        // Whether the system grants it is the system's affair; more than once nobody hears of it.
        #expect(told.value == [] || told.value == [words])
    }

    @Test func `opens the contactor of another driver, and says why it must stay open`() throws {
        let bench = try LineBench(
            LineBench.configuration {
                $0.contactor = nil
                $0.pilot = nil
            })
        defer { bench.board.close() }
        #expect(bench.board.reasonToStayOpen(connector: 1) != nil)
        bench.board.pilotSaid(connector: 1, .c, isPlugged: true)
        #expect(bench.board.reasonToStayOpen(connector: 1) == nil)
        let before = bench.openedElsewhere.value

        bench.board.pilotSaid(connector: 1, .b, isPlugged: true)

        #expect(bench.openedElsewhere.value == before + 1)
        bench.log.expect(.cable(connector: 1, isPlugged: true))
    }

    @Test func `opens at once, on the thread that says so, when a pilot from elsewhere leaves C`() throws {
        let bench = try LineBench(LineBench.configuration { $0.pilot = nil })
        defer { bench.board.close() }
        bench.log.expect(.contactor(connector: 1, .open))
        bench.board.pilotSaid(connector: 1, .c, isPlugged: true)
        try bench.contactor.close()
        #expect(try bench.isEnergised)

        bench.board.pilotSaid(connector: 1, .b, isPlugged: true)

        #expect(try !bench.isEnergised)
    }

    @Test func `opens for good when one of its lines fails`() throws {
        let bench = try LineBench()
        defer { bench.board.close() }
        try bench.charge()

        try bench.lines[input: "d"].breakDown()

        bench.log.expect(.fault(connector: 0, .lineFailed, isActive: true))
        #expect(try !bench.isEnergised)
        #expect(throws: ContactorFault.interlocked(Hazard.lineFailed.description)) { try bench.contactor.close() }
    }

    @Test func `says when a coil cannot be driven`() throws {
        let bench = try LineBench()
        defer { bench.board.close() }
        try bench.charge()
        try bench.lines[output: "coil"].breakDown()

        #expect(throws: ContactorFault.self) { try bench.contactor.open() }
    }

    @Test func `leaves every coil open when it is closed`() throws {
        let bench = try LineBench()
        try bench.charge()

        bench.board.close()

        #expect(try !bench.isEnergised)
        #expect(throws: ContactorFault.self) { try bench.contactor.close() }
        #expect(try !bench.isEnergised)
    }

    @Test func `closes nothing once it is closed, however well proven open`() throws {
        let bench = try LineBench()
        bench.log.expect(.contactor(connector: 1, .open))
        try bench.vehicle(.c)

        bench.board.close()

        #expect(throws: ContactorFault.notDriven("the board is shut down")) { try bench.contactor.close() }
        #expect(try !bench.isEnergised)
    }

    @Test func `names the holder of a line that is in use`() throws {
        let lines = ScriptedLines()
        lines.hold("c", by: "w1-gpio")

        let fault = #expect(throws: LineFault.self) {
            try GPIOBoard.open(LineBench.configuration(), lines: lines) { _ in }
        }

        #expect(fault?.description == "line chip/c: it is held by 'w1-gpio'. Stop 'w1-gpio', or name another line.")
    }

    @Test func `is made safe by a process that does nothing else`() throws {
        let lines = ScriptedLines()

        #expect(GPIOBoard.makeSafe(LineBench.configuration(), lines: lines).isEmpty)

        #expect(try lines[output: "coil"].writes == [false])
        lines.hold("coil", by: "ladepunkt")
        #expect(GPIOBoard.makeSafe(LineBench.configuration(), lines: lines).count == 1)
    }
}
