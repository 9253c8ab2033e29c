import ChargePointCore
import OCPP
import Testing
import Units

/// What drivers do with cards at a reader, besides showing one once.
@Suite(.ocpp("4.9")) struct `A card` {
    /// Held against the reader: read again every half second, for ten seconds.
    private func hold(_ world: inout World, _ idTag: IdToken = .card, connectors: [ConnectorId]? = nil) {
        for _ in 0...20 {
            world.feed(.cardPresented(idTag, CardLookup(), connectors: connectors))
            world.advance(.milliseconds(500))
        }
    }

    private func authorizations(_ world: World) -> Int { world.calls(.authorize).count }

    @Test func `held for ten seconds starts one session and does not stop it`() throws {
        var world = try World.accepted()
        world.plugIn()

        hold(&world)

        #expect(world.status() == .charging)
        #expect(authorizations(world) == 1)
        #expect(world.starts.count == 1 && world.stops.isEmpty)
    }

    @Test func `held for ten seconds before the cable is one authorisation, not taken back`() throws {
        var world = try World.accepted()

        hold(&world)
        #expect(world.status() == .preparing)
        world.plugIn()
        world.advance(.seconds(2))

        #expect(world.status() == .charging)
        #expect(authorizations(world) == 1)
    }

    @Test func `held for ten seconds stops its session and does not start another`() throws {
        var world = try World.accepted()
        world.charge()
        world.advance(.seconds(60))
        world.forget()

        hold(&world)

        #expect(world.stops.count == 1 && world.starts.isEmpty)
        #expect(world.status() == .finishing)
        #expect(authorizations(world) == 0)
    }

    @Test(arguments: [AuthorizationStatus.blocked, .expired, .invalid])
    func `that is refused is asked about once, however long it is held`(status: AuthorizationStatus) throws {
        var world = try World.accepted()
        world.central.replies[.authorize] = Array(repeating: .authorize(status), count: 30)
        world.plugIn()

        hold(&world)

        #expect(authorizations(world) == 1)
        #expect(world.status() == .preparing)
    }

    @Test func `held while the Central System takes its time is one question`() throws {
        var world = try World.accepted()
        world.central.replies[.authorize] = [.silence]
        world.plugIn()
        world.feed(.cardPresented(.card, CardLookup(), connectors: nil))
        let id = try #require(world.outstanding?.id)
        for _ in 0..<10 {
            world.advance(.milliseconds(500))
            world.feed(.cardPresented(.card, CardLookup(), connectors: nil))
        }
        world.feed(.received(.result(id, Payload(Authorize.Confirmation(idTagInfo: IdTagInfo(status: .accepted)))), CardLookup()))

        hold(&world)

        #expect(authorizations(world) == 1)
        #expect(world.status() == .charging)
        #expect(world.stops.isEmpty)
    }

    @Test(arguments: [(500, false), (999, false), (1000, true), (1500, true)])
    func `shown again after the dead time is shown again`(milliseconds: Int, counts: Bool) throws {
        var world = try World.accepted()
        world.charge()
        world.present(.other)
        world.advance(.seconds(60))
        world.central.replies[.authorize] = [.authorize(.accepted)]
        world.present()
        world.advance(.seconds(5))
        #expect(world.stops.count == 1)
        world.unplug()
        world.plugIn()
        world.present()
        world.forget()

        world.advance(.milliseconds(milliseconds))
        world.feed(.cardPresented(.card, CardLookup(), connectors: nil))
        world.advance(.seconds(5))

        #expect(world.stops.count == (counts ? 1 : 0))
    }

    @Test func `lifted for a moment while it is held is still one card`() throws {
        var world = try World.accepted()
        world.plugIn()
        for wait in [200, 900, 300, 950, 999, 100] {
            world.feed(.cardPresented(.card, CardLookup(), connectors: nil))
            world.advance(.milliseconds(wait))
        }

        #expect(world.starts.count == 1 && world.stops.isEmpty)
    }

    @Test(.ocpp("4.10")) func `of somebody else disturbs no session, shown or held`() throws {
        var world = try World.accepted()
        world.charge()
        let before = world.chargePoint.view.connectors

        world.present(.other)
        hold(&world, .other)

        #expect(world.status() == .charging)
        #expect(world.chargePoint.view.connectors[0].transaction == before[0].transaction)
        #expect(world.stops.isEmpty)
        #expect(authorizations(world) == 1)
    }

    @Test func `of somebody else between start and stop does not make the first one's stop count twice`() throws {
        var world = try World.accepted()
        world.plugIn()
        for _ in 0..<10 {
            world.feed(.cardPresented(.card, CardLookup(), connectors: nil))
            world.advance(.milliseconds(250))
            world.feed(.cardPresented(.other, CardLookup(), connectors: nil))
            world.advance(.milliseconds(250))
        }

        #expect(world.status() == .charging)
        #expect(world.starts.count == 1 && world.stops.isEmpty)
    }

    @Test func `held at one reader leaves the one held at another alone`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.plugIn(1)
        world.plugIn(2)
        for _ in 0..<20 {
            world.feed(.cardPresented(.card, CardLookup(), connectors: [1]))
            world.advance(.milliseconds(250))
            world.feed(.cardPresented(.other, CardLookup(), connectors: [2]))
            world.advance(.milliseconds(250))
        }

        #expect([1, 2].map { world.status($0) } == [.charging, .charging])
        #expect(world.starts.map(\.idTag) == [.card, .other])
        #expect(world.stops.isEmpty)
    }

    @Test func `for a second vehicle goes to the second connector and stops there`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.charge(1, .card)
        world.charge(2, .other)
        #expect(world.starts.map(\.connectorId) == [1, 2])

        hold(&world, .other)

        #expect(world.stops.map(\.idTag) == [.other])
        #expect([1, 2].map { world.status($0) } == [.charging, .finishing])
    }

    @Test func `that charges at one connector does not start the other: it stops`() throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.charge(1)
        world.plugIn(2)

        hold(&world)

        #expect(world.stops.count == 1)
        #expect(world.starts.count == 1)
        #expect([1, 2].map { world.status($0) } == [.finishing, .preparing])
    }

    @Test func `left lying on the reader while the cable is pulled starts nothing for the next vehicle`() throws {
        var world = try World.accepted()
        world.charge()
        world.unplug()
        world.advance(.seconds(5))
        world.forget()

        world.plugIn()
        world.advance(.seconds(30))

        #expect(world.starts.isEmpty)
        #expect(world.status() == .preparing)
    }

    @Test func `shown a thousand times in a second takes no memory`() throws {
        var world = try World.accepted()
        for number in 0..<1000 { world.feed(.cardPresented(IdToken(truncating: "\(number)"), CardLookup(), connectors: [])) }
        world.plugIn()
        world.present()

        #expect(world.starts.count == 1)
    }
}
