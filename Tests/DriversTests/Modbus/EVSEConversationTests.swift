import BoardSupport
import Testing
import Units

@testable import Drivers

/// As the public maps have it: state at 1002, offer at 1000, cable at 1003; a contact at 1004 where one is wanted.
private func map(
    contact: Bool = false, enable: EVSERegisterMap.EnableSwitch? = nil, available: EVSERegisterMap.EnableSwitch? = nil,
    none: UInt16? = 0
) -> EVSERegisterMap {
    EVSERegisterMap(
        origin: MapOrigin(maker: "Example", model: "E1", document: "none", edition: "1"),
        limits: ReadLimits(maximumGap: 1),
        state: .init(table: .holding, address: 1002, values: [1: .a, 2: .b, 3: .c, 4: .d, 5: .e]),
        offer: .init(address: 1000, step: 0.5, none: none), enable: enable, available: available,
        cableRating: RegisterField(table: .holding, address: 1003, type: .u16, absentPattern: 0xFFFF),
        faults: .init(table: .holding, address: 1005, values: [1: .groundFailure, 2: .highTemperature], areBits: true),
        contactor: contact ? .init(table: .holding, address: 1004, mask: 1, closed: [1]) : nil)
}

/// A conversation and the controller at its other end, second by second.
private struct Scene {
    var conversation: EVSEConversation
    var time = Duration.zero
    var state: UInt16 = 1
    var offered: UInt16 = 0
    var cable: UInt16 = 0
    var contact: UInt16 = 0
    var faults: UInt16 = 0
    var written: [RegisterWrite] = []

    init(_ map: EVSERegisterMap = map(), outlet: ConnectorProfile.Outlet = .cable) {
        conversation = EVSEConversation(map: map, connector: 1, outlet: outlet, toleratedMisses: 3)
    }

    /// One round as the thread goes it: tell, then ask.
    mutating func poll() -> [BoardEvent] {
        let writes = conversation.writes
        written += writes
        for case .register(1000, let raw) in writes { offered = raw }
        if !writes.isEmpty { conversation.took(writes) }
        return ask()
    }

    mutating func ask() -> [BoardEvent] {
        time += .milliseconds(100)
        var contents = RegisterContents()
        contents.add(
            [offered, 0, state, cable, contact, faults], from: RegisterBlock(table: .holding, address: 1000, count: 6))
        return conversation.answered(contents, at: time)
    }

    mutating func polls(_ count: Int) -> [BoardEvent] { (0..<count).flatMap { _ in poll() } }
}

@Suite struct `A conversation with an EVSE controller` {
    @Test func `begins with nothing offered and everything reported`() {
        var scene = Scene()

        let events = scene.poll()

        #expect(scene.written == [.register(address: 1000, 0)])
        #expect(
            events == [
                .pilot(connector: 1, .a), .cable(connector: 1, isPlugged: false), .contactor(connector: 1, .open),
            ])
        #expect(scene.poll() == [])
    }

    @Test(arguments: [(16.0, 32), (6, 12), (5.9, 0), (6.4, 12), (13.5, 27)] as [(Double, UInt16)])
    func `offers in the controller's steps, rounded down, and nothing below 6 A`(amperes: Double, raw: UInt16) {
        var scene = Scene()
        _ = scene.poll()

        scene.conversation.offer(Amperes(amperes))
        _ = scene.poll()

        #expect(scene.offered == raw)
    }

    @Test func `goes through a session: plug, offer, close, pause, end`() {
        var scene = Scene()
        _ = scene.poll()
        scene.state = 2
        #expect(scene.poll() == [.cable(connector: 1, isPlugged: true), .pilot(connector: 1, .b)])
        scene.conversation.offer(16)
        #expect(scene.poll() == [])

        // The controller closes by itself; the charge point hears of it once it has agreed.
        scene.state = 3
        #expect(scene.poll() == [.pilot(connector: 1, .c)])
        scene.conversation.close()
        #expect(scene.poll() == [.contactor(connector: 1, .closed)])

        scene.state = 2
        #expect(scene.poll() == [.pilot(connector: 1, .b)])
        scene.conversation.open()
        #expect(scene.poll() == [.contactor(connector: 1, .open)])
        #expect(scene.offered == 32, "a vehicle that pauses still sees the offer")

        scene.conversation.offer(nil)
        scene.state = 1
        #expect(scene.poll() == [.pilot(connector: 1, .a), .cable(connector: 1, isPlugged: false)])
        #expect(scene.offered == 0)
    }

    @Test func `takes the offer back when it must open under a vehicle that asks, until the vehicle has stopped`() {
        var scene = Scene()
        scene.conversation.offer(16)
        scene.state = 3
        _ = scene.poll()
        scene.conversation.close()
        _ = scene.poll()
        #expect(scene.offered == 32)

        scene.conversation.open()
        #expect(scene.poll() == [])
        #expect(scene.offered == 0)
        // Without a contact nothing proves that it opened but time, or the vehicle that stopped asking.
        #expect(scene.polls(68) == [])
        #expect(scene.polls(4) == [.contactor(connector: 1, .open)])
        scene.state = 2
        #expect(scene.poll() == [.pilot(connector: 1, .b)])
        _ = scene.poll()
        #expect(scene.offered == 32)
    }

    @Test func `keeps a contactor open that may be closed when nothing is known`() {
        var scene = Scene()
        scene.conversation.open()
        scene.conversation.offer(16)

        #expect(scene.conversation.writes == [.register(address: 1000, 0)])
    }

    @Test func `counts a silent controller as a lost pilot, once, and tells it everything when it is back`() {
        var scene = Scene()
        scene.conversation.offer(16)
        scene.state = 2
        _ = scene.polls(2)
        let silence = ModbusFault.silent(unit: 1, after: .milliseconds(200))

        #expect(scene.conversation.missed(silence) == [])
        #expect(scene.conversation.missed(silence) == [])
        let lost = scene.conversation.missed(silence)
        #expect(
            lost == [
                .fault(
                    connector: 1,
                    BoardFault(
                        .evCommunicationError, vendorErrorCode: "EVSE-SILENT", info: "unit 1 did not answer within 200 ms"),
                    isActive: true), .pilot(connector: 1, .f),
            ])
        #expect(scene.conversation.missed(silence) == [])
        // What opens on it takes the offer back: the vehicle may be drawing.
        scene.conversation.open()
        scene.written = []
        let back = scene.poll()

        #expect(scene.written == [.register(address: 1000, 0)])
        #expect(back.count == 2)
        #expect(back.last == .pilot(connector: 1, .b))
        guard case .fault(1, let fault, isActive: false) = back.first else { return #expect(Bool(false)) }
        #expect(fault.vendorErrorCode == "EVSE-SILENT")
        _ = scene.poll()
        #expect(scene.offered == 32)
    }

    @Test func `offers anew when the controller restarted and forgot`() {
        var scene = Scene()
        scene.conversation.offer(16)
        scene.state = 2
        _ = scene.polls(3)
        scene.written = []

        scene.offered = 12
        _ = scene.polls(2)

        #expect(scene.written == [.register(address: 1000, 32)])
    }

    @Test func `lets a controller cap the current, but not exceed it`() {
        var scene = Scene()
        scene.conversation.offer(16)
        scene.state = 2
        _ = scene.poll()
        scene.written = []
        scene.offered = 20
        // It capped what it was told and stays there.
        _ = scene.polls(3)
        #expect(scene.written.count <= 1)

        // It offers more, whatever it is told.
        var events: [BoardEvent] = []
        for _ in 0..<8 {
            let writes = scene.conversation.writes
            if !writes.isEmpty { scene.conversation.took(writes) }
            scene.offered = 64
            events += scene.ask()
        }
        #expect(
            events == [
                .fault(
                    connector: 1,
                    BoardFault(
                        .evCommunicationError, vendorErrorCode: "EVSE-OFFER",
                        info: "the EVSE controller offers more current than it was told"), isActive: true)
            ])
    }

    @Test(arguments: [(20, 16.0, 32), (13, 16, 26), (0, 16, 0), (63, 32, 64), (0xFFFF, 16, 0)] as [(UInt16, Double, UInt16)])
    func `offers a socket no more than its cable carries`(cable: UInt16, amperes: Double, raw: UInt16) {
        var scene = Scene(outlet: .socket)
        scene.cable = cable
        scene.state = 2
        _ = scene.poll()

        scene.conversation.offer(Amperes(amperes))
        _ = scene.poll()

        #expect(scene.offered == raw)
    }

    @Test func `reports faults as they come and go, and an unknown state as a pilot error`() {
        var scene = Scene()
        _ = scene.poll()
        let ground = BoardFault(.groundFailure, vendorErrorCode: "EVSE-1", info: "reported by the EVSE controller")

        scene.faults = 1
        #expect(scene.poll() == [.fault(connector: 1, ground, isActive: true)])
        #expect(scene.poll() == [])
        scene.faults = 0
        #expect(scene.poll() == [.fault(connector: 1, ground, isActive: false)])
        scene.state = 99
        #expect(scene.poll() == [.pilot(connector: 1, .e)])
    }

    @Test func `proves a weld by the contact, and only after the time to switch`() {
        var scene = Scene(map(contact: true))
        scene.conversation.offer(16)
        scene.state = 3
        scene.contact = 1
        _ = scene.poll()
        scene.conversation.close()
        #expect(scene.poll() == [.contactor(connector: 1, .closed)])

        scene.conversation.open()
        scene.state = 2

        #expect(scene.poll() == [.pilot(connector: 1, .b)])
        scene.conversation.offer(nil)
        #expect(scene.polls(70) == [])
        #expect(scene.polls(3) == [.contactor(connector: 1, .welded)])
        scene.contact = 0
        #expect(scene.poll() == [.contactor(connector: 1, .open)])
    }

    @Test func `switches on after the current and off before it`() {
        let coil = EVSERegisterMap.EnableSwitch.coil(address: 400, on: true)
        var scene = Scene(map(enable: coil, none: nil))
        _ = scene.poll()
        #expect(scene.written == [.coil(address: 400, false)])
        scene.written = []

        scene.conversation.offer(10)
        _ = scene.poll()
        scene.conversation.signalFault()
        _ = scene.poll()

        #expect(
            scene.written == [.register(address: 1000, 20), .coil(address: 400, true), .coil(address: 400, false)])
    }

    @Test func `shows state F where the controller has a switch for it, and leaves it with the next offer`() {
        var scene = Scene(map(available: .coil(address: 401, on: true)))
        _ = scene.poll()
        #expect(scene.written == [.register(address: 1000, 0), .coil(address: 401, true)])
        scene.written = []

        scene.conversation.signalFault()
        _ = scene.poll()
        scene.conversation.offer(nil)
        _ = scene.poll()

        #expect(
            scene.written == [
                .register(address: 1000, 0), .coil(address: 401, false), .register(address: 1000, 0), .coil(address: 401, true),
            ])
    }
}
