import BoardSupport
@testable import Drivers
import Testing
import Units

private func ms(_ count: Int) -> Duration { .milliseconds(count) }

/// A board whose time a test moves by hand.
private struct Hand {
    var safety: BoardSafety
    var now: Duration = ms(0)
    var heardAt: Duration = ms(0)
    var acts: [SafetyAct] = []

    init(_ configuration: GPIOBoardConfiguration = LineBench.configuration()) { safety = BoardSafety(configuration) }

    mutating func advance(to time: Duration, isHeard: Bool = true) {
        now = time
        if isHeard { heardAt = time }
        acts = []
        safety.settle(at: now, heardAt: heardAt, &acts)
    }

    mutating func sense(_ role: LineRole, _ isActive: Bool, edges: Int = 1) {
        safety.sense(role, 0, isActive: isActive, edges: edges, at: now, &acts)
    }

    /// A vehicle asks, the contactor is closed and says so.
    mutating func charge() throws {
        safety.change(0) { $0.open(at: now, &acts) }
        advance(to: now + ms(100))
        sense(.connected, true)
        sense(.ready, true)
        advance(to: now + ms(20))
        try safety.change(0) { (connector) throws(ContactorFault) in try connector.close(at: now, &acts) }
        sense(.feedback, true)
        advance(to: now + ms(60))
        #expect(acts.contains(.report(.contactor(connector: 1, .closed))))
    }
}

@Suite struct `The interlock's rules` {
    @Test func `open the coil before anybody hears of it`() throws {
        var hand = Hand()
        try hand.charge()

        hand.sense(.ready, false)
        hand.advance(to: hand.now + ms(19))
        #expect(!hand.acts.contains(.coil(0, false)))
        hand.advance(to: hand.now + ms(1))

        #expect(hand.acts == [.coil(0, false), .report(.pilot(connector: 1, .b))])
    }

    @Test func `tell a plug before its pilot, and after it when it goes`() {
        var hand = Hand()
        hand.sense(.connected, true)
        hand.advance(to: ms(20))
        #expect(hand.acts == [.report(.cable(connector: 1, isPlugged: true)), .report(.pilot(connector: 1, .b))])

        hand.sense(.connected, false)
        hand.advance(to: ms(40))
        #expect(hand.acts == [.report(.pilot(connector: 1, .a)), .report(.cable(connector: 1, isPlugged: false))])
    }

    @Test func `open within 100 ms when the pilot never rests`() throws {
        var hand = Hand()
        try hand.charge()
        let begin = hand.now
        var openedAt: Duration?
        for step in 0..<100 where openedAt == nil {
            hand.acts = []
            hand.sense(.ready, step.isMultiple(of: 2))
            hand.advance(to: begin + ms(step))
            if hand.acts.contains(.coil(0, false)) { openedAt = hand.now - begin }
        }

        #expect(openedAt == PilotConfiguration.restlessLimit)
    }

    @Test func `open when the loop stands still for five seconds, and let close when it turns again`() throws {
        var hand = Hand()
        try hand.charge()
        let last = hand.heardAt

        hand.advance(to: last + ms(4999), isHeard: false)
        #expect(!hand.acts.contains(.coil(0, false)))
        #expect(hand.safety.deadline == last + ms(5000))
        hand.advance(to: last + ms(5000), isHeard: false)

        #expect(hand.acts.first == .coil(0, false))
        #expect(hand.acts.contains(.report(.fault(connector: 0, .loopStalled, isActive: true))))
        hand.advance(to: last + ms(9000))
        #expect(hand.acts.contains(.report(.fault(connector: 0, .loopStalled, isActive: false))))
    }

    @Test func `do not mind a loop that sleeps while every contactor is open`() {
        var hand = Hand()

        hand.advance(to: .seconds(3600), isHeard: false)

        #expect(hand.acts.isEmpty)
        #expect(hand.safety.deadline == nil)
    }

    @Test func `open at once when a contact of the emergency stop bounces without end`() throws {
        var hand = Hand(LineBench.configuration(inputs: [InputConfiguration(.emergencyStop, .line("stop"))]))
        try hand.charge()
        let begin = hand.now
        var openedAt: Duration?
        for step in 0..<40 where openedAt == nil {
            hand.acts = []
            hand.sense(.input(0), step.isMultiple(of: 2))
            hand.advance(to: begin + ms(step))
            if hand.acts.contains(.coil(0, false)) { openedAt = hand.now - begin }
        }

        #expect(try #require(openedAt) <= ms(12))
    }

    @Test func `show state F for a while, see no vehicle leave meanwhile, and look again`() {
        var hand = Hand()
        hand.sense(.connected, true)
        hand.advance(to: ms(20))
        hand.safety.change(0) { $0.signalsFault(true, at: ms(20)) }
        // At −12 V every comparator rests.
        hand.sense(.connected, false)
        hand.advance(to: ms(60))
        #expect(hand.acts == [.report(.pilot(connector: 1, .f))])
        hand.advance(to: ms(4019))
        #expect(hand.acts.isEmpty)

        hand.advance(to: ms(4020))
        #expect(hand.acts == [.endFaultSignal(0)])
        hand.sense(.connected, true)
        hand.advance(to: ms(4041))
        #expect(hand.acts == [.report(.pilot(connector: 1, .b))])
    }

    @Test func `lose a pilot that is measured no more`() {
        var hand = Hand(
            LineBench.configuration {
                $0.pilot = PilotConfiguration(
                    sense: .voltage(.init(high: VoltageChannel(device: "iio:device0", channel: "in_voltage0"))))
            })
        hand.advance(to: ms(0))
        hand.safety.change(0) { $0.measured(high: 9, low: nil, isOscillating: true, at: ms(10)) }
        hand.advance(to: ms(30))
        #expect(hand.acts.contains(.report(.pilot(connector: 1, .b))))

        hand.advance(to: ms(210))

        #expect(hand.acts == [.report(.fault(connector: 1, .pilotLost, isActive: true))])
        #expect(hand.safety.connectors[0].refusal == Hazard.pilotLost.description)
    }

    @Test(arguments: [(-12.0, true, VehicleState.c), (-6, true, .e), (-6, false, .c)])
    func `tell a vehicle from a resistor by its diode, while the oscillator runs`(
        low: Double, isOscillating: Bool, state: VehicleState
    ) {
        var hand = Hand(
            LineBench.configuration {
                $0.pilot = PilotConfiguration(
                    sense: .voltage(.init(high: VoltageChannel(device: "iio:device0", channel: "in_voltage0"))))
            })
        hand.safety.change(0) { $0.measured(high: 6, low: Volts(low), isOscillating: isOscillating, at: ms(10)) }
        hand.advance(to: ms(30))

        #expect(hand.safety.connectors[0].interlock.pilot == state)
        #expect(hand.acts.contains(.report(.fault(connector: 1, .diodeMissing, isActive: true))) == (state == .e))
    }

    @Test func `forbid a cable whose rating cannot be told`() {
        var hand = Hand(LineBench.configuration { $0.proximity = .lines([.init(20, .line("20")), .init(32, .line("32"))]) })
        hand.sense(.coding(32), true)
        hand.advance(to: ms(100))
        #expect(hand.acts == [.report(.cable(connector: 1, isPlugged: true)), .report(.proximity(connector: 1, .rated(32)))])

        hand.sense(.coding(20), true)
        hand.advance(to: ms(200))

        #expect(hand.safety.connectors[0].refusal == Hazard.proximityInvalid.description)
    }
}
