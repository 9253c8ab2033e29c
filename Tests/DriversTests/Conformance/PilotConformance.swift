import BoardSupport
@testable import Drivers
import Testing
import Threads
import Units

/// A pilot driver in surroundings that a test can move.
struct PilotUnderTest {
    var pilot: any ControlPilot
    var log: EventLog
    /// Connector 1's vehicle brings the pilot into this state: A, B or C.
    var vehicle: (VehicleState) throws -> Void
    /// What the vehicle sees offered now, if anything; nil: the hardware offers a fixed current.
    var offered: (() -> Amperes?)?
    /// The vehicle sees state F; nil: this hardware cannot show it.
    var isFaultShown: (() -> Bool)?
}

/// What every control pilot's driver has to keep, whatever it drives.
func checkPilot(_ subject: PilotUnderTest) throws {
    try checkStates(subject)
    guard let offered = subject.offered else { return }
    #expect(offered() == nil, "something is offered before anybody said so")
    try checkOffers(subject.pilot, offered)
    try checkFault(subject, offered)
    try checkThreads(subject.pilot, offered)
}

/// Each state is told once; a plug comes before its pilot and goes after it.
private func checkStates(_ subject: PilotUnderTest) throws {
    for state in [VehicleState.b, .c, .b, .a, .c, .a] {
        subject.log.forget()
        try subject.vehicle(state)
        subject.log.expect(.pilot(connector: 1, state))
        if state == .a { subject.log.expect(.cable(connector: 1, isPlugged: false)) }
        let told = subject.log.all
        #expect(told.count { $0 == .pilot(connector: 1, state) } == 1, "\(told)")
        let pilot = told.firstIndex(of: .pilot(connector: 1, state)) ?? 0
        if let plug = told.firstIndex(of: .cable(connector: 1, isPlugged: true)) { #expect(plug < pilot, "\(told)") }
        if let unplug = told.firstIndex(of: .cable(connector: 1, isPlugged: false)) { #expect(unplug > pilot, "\(told)") }
    }
}

/// What a duty cycle can say is offered, never more than was asked for; the rest is no offer.
private func checkOffers(_ pilot: any ControlPilot, _ offered: () -> Amperes?) throws {
    let offers: [(Amperes?, seen: Amperes?)] = [
        (6, 6), (5.99, nil), (10.5, 10.5), (16, 16), (nil, nil), (32, 32), (Amperes(.nan), nil), (63, 63), (80, 80), (0, nil),
        (1000, 80), (-16, nil), (13, 13), (Amperes(.infinity), 80), (nil, nil),
    ]
    for (offer, seen) in offers {
        pilot.offer(offer)
        try expectOffer(seen, offered)
    }
}

/// State F offers nothing, and the next offer ends it.
private func checkFault(_ subject: PilotUnderTest, _ offered: () -> Amperes?) throws {
    subject.pilot.offer(16)
    try expectOffer(16, offered)
    subject.pilot.signalFault()
    try expectOffer(nil, offered)
    if let isFaultShown = subject.isFaultShown { try eventually("state F is shown") { isFaultShown() } }
    subject.pilot.offer(10)
    try expectOffer(10, offered)
    if let isFaultShown = subject.isFaultShown { try eventually("state F is over") { !isFaultShown() } }
}

/// Any thread may offer; the last one counts.
private func checkThreads(_ pilot: any ControlPilot, _ offered: () -> Amperes?) throws {
    let ended = Guarded(0)
    for thread in 0..<3 {
        PlainThread.start(name: "offers") {
            for step in 0..<50 { pilot.offer(step.isMultiple(of: 7) ? nil : Amperes(Double(6 + thread + step % 20))) }
            ended.change { $0 += 1 }
        }
    }
    #expect(ended.wait { $0 == 3 })
    pilot.offer(13)
    try expectOffer(13, offered)
    pilot.offer(nil)
    try expectOffer(nil, offered)
}

/// The vehicle comes to see no more than this, and little less: a controller may know whole amperes only. nil: nothing.
private func expectOffer(_ wanted: Amperes?, _ offered: () -> Amperes?) throws {
    try eventually("\(wanted?.description ?? "nothing") is offered") {
        guard let wanted, let seen = offered() else { return wanted == nil && offered() == nil }
        return seen.value <= wanted.value + 0.001 && seen.value > wanted.value - 1
    }
}
