import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite(.ocpp("5.19"), .ocpp("4.5"), .errata("3.47"), .errata("3.48")) struct `UpdateFirmware requests` {
    static func asked(retries: Int? = 0, retryInterval: Int? = nil) throws -> World {
        var world = try World.accepted(.running("1.0"))
        world.forget()
        world.updateFirmware(retries: retries, retryInterval: retryInterval)
        return world
    }

    @Test(.ocpp("3.4")) func `is fetched, installed and runs after a restart: each step is told once`() throws {
        var world = try Self.asked()
        #expect(world.firmwareStatuses == [.downloading])
        world.firmware(.fetched)
        #expect(world.firmwareStatuses == [.downloading, .downloaded, .installing])
        world.firmware(.installed(version: "2.0", .process))

        #expect(world.firmwareWork == ["fetch", "install", "restart"])
        #expect(world.firmwareStatuses == [.downloading, .downloaded, .installing])
        let after = try world.restarted(running: "2.0")
        #expect(after.firmwareStatuses == [.installed])
        #expect(after.firmwareWork == ["discard"])
    }

    @Test func `is no success when the old version runs after the restart`() throws {
        var world = try Self.asked()
        world.firmware(.fetched)
        world.firmware(.installed(version: "2.0", .process))

        let after = try world.restarted(running: "1.0")

        #expect(after.firmwareStatuses == [.installationFailed])
    }

    @Test(arguments: [
        (nil, "1.0", FirmwareStatus.installationFailed), (nil, "1.1", .installed), ("1.0", "1.0", .installed),
        ("2.0", "1.1", .installationFailed),
    ])
    func `is judged by the version that was expected, or by another than before`(
        expected: String?, runs: String, status: FirmwareStatus
    ) throws {
        var world = try Self.asked()
        world.firmware(.fetched)
        world.firmware(.installed(version: expected, .process))

        #expect(try world.restarted(running: runs).firmwareStatuses == [status])
    }

    @Test func `that the power cut short while it was installed is judged the same`() throws {
        var world = try Self.asked()
        world.firmware(.fetched)

        #expect(try world.restarted(running: "1.0").firmwareStatuses == [.installationFailed])
    }

    @Test func `that needs no restart is Installed at once`() throws {
        var world = try Self.asked()
        world.firmware(.fetched)
        world.firmware(.installed(version: nil, .none))

        #expect(world.firmwareStatuses == [.downloading, .downloaded, .installing, .installed])
        #expect(world.firmwareWork == ["fetch", "install", "discard"])
        #expect(world.status() == .available)
    }

    @Test func `that restarts the machine waits for it, and then ends the process itself`() throws {
        var world = try Self.asked()
        world.firmware(.fetched)
        world.firmware(.installed(version: "2.0", .machine))

        #expect(world.status() == .unavailable)
        world.advance(.seconds(599))
        #expect(!world.firmwareWork.contains("restart"))
        world.advance(.seconds(2))
        #expect(world.firmwareWork.last == "restart")
    }

    @Test func `that cannot be installed says so, and sales go on`() throws {
        var world = try Self.asked()
        world.firmware(.fetched)
        world.firmware(.notInstalled("no room", isImageUnfit: false))

        #expect(world.firmwareStatuses.last == .installationFailed)
        #expect(world.status() == .available)
    }

    @Test func `is not fetched before its time, whatever becomes of the clock`() throws {
        var world = try World.accepted(.running("1.0"))
        world.updateFirmware(after: .seconds(3600))
        world.advance(.seconds(3590))
        #expect(world.firmwareWork.isEmpty)
        #expect(world.firmwareStatuses.isEmpty)

        // A time service corrects the Central System's clock, by five minutes backward: the time has not come yet.
        world.systemTimeAtZero = world.trueTimeAtZero - .seconds(300)
        world.systemClock = .synchronised
        world.advance(.seconds(20))
        #expect(world.firmwareWork.isEmpty)
        world.advance(.seconds(300))
        #expect(world.firmwareWork == ["fetch"])
    }

    @Test(arguments: [(0, 1), (2, 3), (nil, 4), (-5, 1)])
    func `is tried once and as often again as it says`(retries: Int?, tries: Int) throws {
        var world = try Self.asked(retries: retries, retryInterval: 10)
        for _ in 0..<10 {
            world.firmware(.notFetched("it broke off", isWorthRetrying: true))
            world.advance(.seconds(11))
        }

        #expect(world.firmwareWork.filter { $0 == "fetch" }.count == tries)
        #expect(world.firmwareStatuses == [.downloading, .downloadFailed])
    }

    @Test(arguments: [(10, 10), (nil, 60)]) func `waits between tries`(interval: Int?, seconds: Int) throws {
        var world = try Self.asked(retries: 1, retryInterval: interval)
        world.firmware(.notFetched("it broke off", isWorthRetrying: true))

        world.advance(.seconds(seconds - 1))
        #expect(world.firmwareWork == ["fetch"])
        world.advance(.seconds(2))
        #expect(world.firmwareWork == ["fetch", "fetch"])
    }

    @Test func `is not tried again when that could not help`() throws {
        var world = try Self.asked(retries: 5)
        world.firmware(.notFetched("no such protocol", isWorthRetrying: false))

        #expect(world.firmwareStatuses == [.downloading, .downloadFailed])
    }

    @Test func `takes the place of one that is not being installed yet`() throws {
        var world = try Self.asked()
        let first = try #require(world.update)

        world.updateFirmware()

        #expect(world.firmwareWork == ["fetch", "discard", "fetch"])
        world.feed(.firmware(.fetched, update: first.id))
        #expect(!world.firmwareStatuses.contains(.downloaded))
        world.firmware(.fetched)
        #expect(world.firmwareWork.last == "install")
    }

    @Test func `is refused while another one is being installed`() throws {
        var world = try Self.asked()
        world.firmware(.fetched)

        let answer = world.ask(.updateFirmware(UpdateFirmware(location: "ftp://files/other", retrieveDate: world.time)))

        guard case .error? = answer else {
            Issue.record("\(String(describing: answer))")
            return
        }
        #expect(world.firmwareWork == ["fetch", "install"])
    }

    @Test(.errata("3.49")) func `waits for sessions, with the other connectors Unavailable`() throws {
        var world = try World.accepted(.running("1.0"))
        world.charge(1)
        world.forget()
        world.updateFirmware()
        world.firmware(.fetched)

        #expect(world.firmwareWork == ["fetch"])
        #expect(world.status(1) == .charging)
        #expect(world.status(2) == .unavailable)
        #expect(world.statuses(2) == [.unavailable])
        world.plugIn(2)
        world.present(.other)
        #expect(world.transaction(2) == nil)

        world.unplug(1)
        world.advance(.seconds(5))
        #expect(world.firmwareWork == ["fetch", "install"])
        #expect(world.status(1) == .unavailable)
        #expect(world.remoteStart(2) == .rejected)
        world.firmware(.notInstalled("no", isImageUnfit: false))
        #expect(world.status(1) == .available)
        #expect(world.status(2) == .preparing)
    }

    @Test func `is not cut short by a Reset while it is installed`() throws {
        var world = try Self.asked()
        world.firmware(.fetched)

        #expect(world.confirmed(.reset(Reset(type: .hard))) == .reset(.init(status: .rejected)))
        #expect(!world.firmwareWork.contains("restart"))
    }

    @Test func `goes on after a restart where it was`() throws {
        let world = try Self.asked()

        let after = try world.restarted(running: "1.0")

        #expect(after.firmwareWork == ["fetch"])
        // Told already: nothing is new.
        #expect(after.firmwareStatuses.isEmpty)
    }

    @Test func `is told of later what happened while nobody was there to hear it, in order`() throws {
        var world = try Self.asked()
        world.disconnect()
        world.firmware(.fetched)
        world.firmware(.installed(version: "2.0", .process))
        world.advance(.seconds(30))
        #expect(world.firmwareStatuses == [.downloading])

        let after = try world.restarted(running: "2.0")

        #expect(after.firmwareStatuses == [.downloaded, .installing, .installed])
    }

    @Test func `is told again what was not answered before the connection ended`() throws {
        var world = try World.accepted(.running("1.0"))
        world.central.replies[.firmwareStatusNotification] = [.silence]
        world.updateFirmware()
        world.disconnect()
        world.connect()

        #expect(world.firmwareStatuses == [.downloading, .downloading])
    }

    @Test func `is not told for ever to somebody who does not answer`() throws {
        var world = try World.accepted(.running("1.0"), keys: [.messageTimeout: "5"])
        world.central.replies[.firmwareStatusNotification] = Array(repeating: .silence, count: 20)
        world.updateFirmware()
        world.advance(.seconds(120))

        #expect(world.firmwareStatuses == [.downloading, .downloading, .downloading])
    }

    @Test func `is told no second time when the answer is an error`() throws {
        var world = try World.accepted(.running("1.0"))
        world.central.replies[.firmwareStatusNotification] = [.error(.notImplemented)]
        world.updateFirmware()
        world.advance(.seconds(60))

        #expect(world.firmwareStatuses == [.downloading])
    }

    @Test func `is refused where only signed firmware is taken`() throws {
        var world = try World.accepted(.running("1.0", allowsUnsigned: false))

        let answer = world.ask(.updateFirmware(UpdateFirmware(location: "ftp://files/image", retrieveDate: world.time)))

        guard case .error(_, let error)? = answer else {
            Issue.record("\(String(describing: answer))")
            return
        }
        #expect(error.code == .notSupported)
        #expect(world.firmwareWork.isEmpty)
    }

    @Test(arguments: [(2048, true), (2049, false)]) func `has a location of bounded length`(length: Int, isTaken: Bool) throws {
        var world = try World.accepted(.running("1.0"))
        let location = "ftp://files/" + String(repeating: "x", count: length - 12)

        let answer = world.confirmed(.updateFirmware(UpdateFirmware(location: location, retrieveDate: world.time)))

        #expect((answer != nil) == isTaken)
    }

    @Test func `never shows its password in the log`() throws {
        var world = try Self.asked(retries: 1)
        world.firmware(.notFetched("it broke off", isWorthRetrying: true))
        world.updateFirmware()

        let lines = world.effects.compactMap { if case .log(_, let text) = $0 { text } else { nil } }
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { !$0.contains("secret") })
    }

    @Test(.ocpp("5.17")) func `triggered, is told as it stands, or Idle`() throws {
        var world = try World.accepted(.running("1.0"))
        #expect(world.trigger(.firmwareStatusNotification) == .accepted)
        #expect(world.firmwareStatuses == [.idle])
        world.updateFirmware()
        world.trigger(.firmwareStatusNotification)
        #expect(world.firmwareStatuses == [.idle, .downloading, .downloading])
        world.firmware(.notFetched("gone", isWorthRetrying: false))
        world.trigger(.firmwareStatusNotification)
        #expect(world.firmwareStatuses == [.idle, .downloading, .downloading, .downloadFailed, .idle])
    }

    @Test func `does not begin to install while nothing can be recorded`() throws {
        var world = try Self.asked()
        world.storeFailure = "full"
        world.firmware(.fetched)

        #expect(world.firmwareWork == ["fetch"])
        world.storeFailure = nil
        world.feed(.storageRecovered)
        #expect(world.firmwareWork == ["fetch", "install"])
    }
}
