import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

/// A register that cannot be: what a mixed-up word order, a late reply or a meter that is still starting shows.
@Suite(.ocpp("3.16")) struct `A meter reading that cannot be true` {
    enum Nonsense: CaseIterable, CustomTestStringConvertible {
        case zero, negative, fallen, timesSixtyFiveThousand, tooMuch, beyondEverything

        var testDescription: String { "\(self)" }

        func register(instead true: WattHours) -> WattHours {
            switch self {
            case .zero: 0
            case .negative: -1
            case .fallen: WattHours(`true`.value - 500)
            case .timesSixtyFiveThousand: WattHours(`true`.value * 65_536)
            case .tooMuch: WattHours(`true`.value + 100_000)
            case .beyondEverything: WattHours(.max)
            }
        }
    }

    static let keys: [ConfigurationKey: String] = [.meterValueSampleInterval: "10"]

    private func settings(_ onMeterFailure: ChargePointSettings.OnMeterFailure) -> ChargePointSettings {
        var settings = ChargePointSettings.test()
        settings.onMeterFailure = onMeterFailure
        return settings
    }

    /// Everything that names a register.
    private func registers(_ world: World) -> [Int] {
        world.starts.map(\.meterStart.value) + world.stops.map(\.meterStop.value)
            + world.meterValues.compactMap { Int($0.meterValue[0].sampledValue[0].value) }
    }

    /// A reading that is not the meter's own.
    private func read(_ nonsense: Nonsense, _ world: inout World) {
        var reading = world.hardware[0].reading
        reading.energyImport = nonsense.register(instead: reading.energyImport)
        world.feed(.board(.meter(connector: 1, reading)))
    }

    @Test(arguments: Nonsense.allCases) func `once while charging is left out, and nothing else happens`(nonsense: Nonsense) throws
    {
        var world = try World.accepted(keys: Self.keys)
        world.charge()
        world.advance(.seconds(65))

        read(nonsense, &world)
        world.trigger(.meterValues, 1)
        world.advance(.seconds(60))
        world.present()
        world.advance(.seconds(4))

        let closing = world.hardware[0].reading.energyImport.value
        #expect(registers(world).allSatisfy { (1000...closing).contains($0) })
        #expect(world.stops.map(\.meterStop.value) == [closing])
        #expect(world.stops.map(\.reason) == [.local])
        #expect(world.sessions.first?.flags == [])
        #expect(!world.statuses().contains(.faulted))
    }

    @Test(arguments: Nonsense.allCases) func `that stays ends the session with the last register that was true`(nonsense: Nonsense)
        throws
    {
        var world = try World.accepted(settings(.stop), keys: Self.keys)
        world.charge()
        world.advance(.seconds(60))
        let known = world.hardware[0].reading.energyImport.value
        world.meterPolling = nil
        world.hardware[0].meter = .silent

        for _ in 0..<8 {
            world.pass(.seconds(1))
            read(nonsense, &world)
        }
        world.advance(.seconds(10))

        #expect(world.stops.map(\.reason) == [.other])
        #expect(world.stops.allSatisfy { (known - 1...known).contains($0.meterStop.value) })
        #expect(registers(world).allSatisfy { (1000...known).contains($0) })
        #expect(world.sessions.first?.flags == [.meterEstimated])
        #expect(!world.hardware[0].isClosed)
        #expect(world.notifications.contains { $0.status == .faulted && $0.errorCode == .powerMeterFailure })
    }

    @Test(arguments: Nonsense.allCases) func `that stays is waited out where the session is to go on`(nonsense: Nonsense) throws {
        var world = try World.accepted(settings(.continue), keys: Self.keys)
        world.charge()
        world.advance(.seconds(60))
        let count = world.meterValues.count
        world.meterPolling = nil
        for _ in 0..<60 {
            world.pass(.seconds(1))
            world.tick()
            read(nonsense, &world)
        }
        #expect(world.meterValues.count <= count + 1)
        #expect(world.status() == .charging)
        #expect(world.chargePoint.view.connectors[0].meter == nil)

        world.meterPolling = .seconds(1)
        world.advance(.seconds(30))
        #expect(world.notifications.last?.errorCode == .noError)
        world.present()
        world.advance(.seconds(4))

        let closing = world.hardware[0].reading.energyImport.value
        #expect(world.stops.map(\.meterStop.value) == [closing])
        #expect(registers(world).allSatisfy { (1000...closing).contains($0) })
        #expect(world.sessions.first?.flags == [.meterSilent])
    }

    @Test(arguments: [0, 1, 7]) func `is never believed while charging, however often it is repeated`(register: Int) throws {
        var world = try World.accepted(settings(.continue), keys: Self.keys)
        world.charge()
        world.advance(.seconds(30))
        let known = world.hardware[0].reading.energyImport.value
        world.hardware[0].draws = 0
        world.hardware[0].wattSeconds = Double(register) * 3600

        world.advance(.seconds(300))
        world.present()
        world.advance(.seconds(10))

        #expect(world.stops.count == 1 && world.stops.allSatisfy { (known - 1...known).contains($0.meterStop.value) })
        #expect(world.sessions.first?.flags == [.meterSilent, .meterEstimated])
    }

    @Test func `between sessions is believed when the next one agrees, as of another meter`() throws {
        var world = try World.accepted()
        world.advance(.seconds(5))

        world.hardware[0].wattSeconds = 8_000_000 * 3600
        world.advance(.seconds(3))
        world.charge()

        #expect(world.starts.map(\.meterStart) == [8_000_000])
        #expect(!world.statuses().contains(.faulted))
    }

    @Test func `between sessions is not believed when the next one does not agree`() throws {
        var world = try World.accepted()
        world.advance(.seconds(5))

        for nonsense in Nonsense.allCases { read(nonsense, &world) }
        world.charge()

        #expect(world.starts.map(\.meterStart) == [1000])
        #expect(world.status() == .charging)
    }

    @Test func `between sessions comes back from a fault by itself`() throws {
        var world = try World.accepted()
        world.advance(.seconds(5))
        world.meterPolling = nil
        var numbers = SeededNumbers(seed: 3)
        for _ in 0..<20 {
            var reading = world.hardware[0].reading
            reading.energyImport = WattHours(Int.random(in: 0...1_000_000_000, using: &numbers))
            world.hardware[0].meter = .silent
            world.feed(.board(.meter(connector: 1, reading)))
        }
        #expect(world.status() == .faulted)

        world.hardware[0].meter = .working
        world.meterPolling = .seconds(1)
        world.advance(.seconds(3))

        #expect(world.status() == .available)
    }

    @Test(arguments: ["cable first", "card first", "remote first"])
    func `is not what a meter shows that is set to 0 at plug-in`(order: String) throws {
        var world = try World.accepted()
        world.advance(.seconds(5))
        for _ in 1...2 {
            switch order {
            case "cable first":
                world.hardware[0].wattSeconds = 0
                world.plugIn()
                world.present()
            case "card first":
                world.present()
                world.hardware[0].wattSeconds = 0
                world.plugIn()
            default:
                world.remoteStart(1)
                world.hardware[0].wattSeconds = 0
                world.plugIn()
            }
            world.advance(.seconds(1))
            #expect(world.status() == .charging)
            world.advance(.seconds(600))
            world.present()
            world.advance(.seconds(5))
            world.unplug()
        }

        #expect(world.starts.map(\.meterStart) == [0, 0])
        #expect(world.stops.count == 2 && world.stops.allSatisfy { (600...607).contains($0.meterStop.value) })
        #expect(world.sessions.allSatisfy { $0.flags == [] })
    }

    @Test func `begins no session: there is none without a meter, nor with the 0 of one that is still starting`() throws {
        var world = try World()
        world.hardware[0].meter = .silent
        world.feed(.started)
        world.connect()
        world.plugIn()
        world.present()
        world.advance(.seconds(10))
        #expect(world.starts.isEmpty)
        #expect(world.status() == .faulted)

        world.hardware[0].meter = .working
        read(.zero, &world)
        world.present()
        world.advance(.seconds(3))

        #expect(world.starts.map(\.meterStart) == [1000])
        #expect(world.status() == .charging)
    }

    @Test func `is not the 0 of a meter that is new`() throws {
        var world = try World()
        world.hardware[0].wattSeconds = 0
        world.feed(.started)
        world.connect()
        world.charge()

        #expect(world.starts.map(\.meterStart) == [0])
        #expect(world.status() == .charging)
    }

    /// A session that took 90 Wh in 90 s when the supply failed; a mark is on disk once a minute.
    private func worldAfterPowerLoss(_ wattHours: Int) throws -> World {
        var first = try World.accepted(keys: Self.keys)
        first.charge()
        first.advance(.seconds(90))
        var hardware = first.hardware
        hardware[0].isClosed = false
        hardware[0].wattSeconds = Double(wattHours) * 3600
        return try World(keys: Self.keys, store: first.store, seed: 7, hardware: hardware)
    }

    @Test(arguments: [(1090, true), (1060, true), (1700, true), (2500, false), (0, false), (1000, false), (8_000_000, false)])
    func `closes no session that a power loss cut short`(wattHours: Int, isBelieved: Bool) throws {
        var world = try worldAfterPowerLoss(wattHours)
        world.feed(.started)
        world.connect()
        world.advance(.seconds(40))

        let session = try #require(world.sessions.first)
        let register = try #require(session.meterStop?.value)
        #expect(session.reason == .powerLoss)
        #expect(isBelieved ? register == wattHours : (1055...1065).contains(register))
        #expect(session.flags.contains(.meterEstimated) == !isBelieved)
        #expect(world.stops.map(\.meterStop.value) == [register])
    }

    @Test func `after a power loss does not keep the next session from beginning`() throws {
        var world = try worldAfterPowerLoss(8_000_000)
        world.feed(.started)
        world.connect()
        world.advance(.seconds(40))
        world.unplug()
        world.forget()

        world.charge()

        #expect(world.starts.map(\.meterStart) == [8_000_000])
    }

    @Test func `is judged by the board's own speed`() throws {
        var board = BoardProfile.sockets(1)
        board.timeScale = 100
        var world = try World.accepted(.test(board))
        world.charge()
        world.hardware[0].draws = 11_000 * 100

        world.advance(.seconds(600))
        world.present()
        world.advance(.seconds(4))

        #expect(world.stops.map(\.reason) == [.local])
        #expect(world.stops.map(\.meterStop) == [world.hardware[0].reading.energyImport])
    }
}
