import ChargePointCore
import OCPP
import Testing
import Units

@Suite(.ocpp("4.9")) struct `Status` {
    /// A way to bring about each event of §4.9 that exists in this version, and the statuses told on that way.
    private static let events: [(name: String, way: @Sendable (inout World) -> Void, told: [ChargePointStatus])] = [
        ("A2 cable", { $0.plugIn() }, [.preparing]),
        ("A2 card", { $0.present() }, [.preparing]),
        ("A2 remote", { $0.remoteStart() }, [.preparing]),
        ("A8", { $0.changeAvailability(1, .inoperative) }, [.unavailable]),
        ("A9", { $0.fault(.otherError) }, [.faulted]),
        (
            "B1 unplugged",
            {
                $0.plugIn(); $0.unplug()
            }, [.preparing, .available]
        ),
        ("B3", { $0.charge() }, [.preparing, .suspendedEV, .charging]),
        (
            "B4",
            {
                $0.hardware[0].wantsEnergy = false; $0.charge()
            }, [.preparing, .suspendedEV]
        ),
        (
            "B6",
            {
                $0.plugIn(); $0.advance(.seconds(121))
            }, [.preparing, .finishing]
        ),
        (
            "B9",
            {
                $0.plugIn(); $0.fault(.otherError)
            }, [.preparing, .faulted]
        ),
        (
            "C4 unplugged",
            {
                $0.charge(); $0.unplug(); $0.advance(.seconds(4))
            },
            [.preparing, .suspendedEV, .charging, .suspendedEV, .finishing, .available]
        ),
        (
            "C4",
            {
                $0.charge(); $0.setPilot(1, .b)
            }, [.preparing, .suspendedEV, .charging, .suspendedEV]
        ),
        (
            "C5",
            { world in
                world.changeConfiguration("StopTransactionOnInvalidId", "false")
                world.central.replies[.startTransaction] = [.start(1, .blocked)]
                world.charge()
            }, [.preparing, .suspendedEV, .charging, .suspendedEVSE]
        ),
        (
            "C6",
            {
                $0.charge(); $0.present(); $0.advance(.seconds(4))
            }, [.preparing, .suspendedEV, .charging, .finishing]
        ),
        (
            "C8",
            {
                $0.charge(); $0.changeAvailability(1, .inoperative); $0.present(); $0.advance(.seconds(4))
            },
            [.preparing, .suspendedEV, .charging, .unavailable]
        ),
        (
            "C9",
            {
                $0.charge(); $0.fault(.otherError)
            }, [.preparing, .suspendedEV, .charging, .faulted]
        ),
        (
            "D6 unplugged",
            {
                $0.hardware[0].wantsEnergy = false; $0.charge(); $0.unplug(); $0.advance(.seconds(4))
            },
            [.preparing, .suspendedEV, .finishing, .available]
        ),
        (
            "D3",
            {
                $0.charge(); $0.setPilot(1, .b); $0.setPilot(1, .c)
            },
            [.preparing, .suspendedEV, .charging, .suspendedEV, .charging]
        ),
        (
            "D6",
            {
                $0.hardware[0].wantsEnergy = false; $0.charge(); $0.present(); $0.advance(.seconds(4))
            },
            [.preparing, .suspendedEV, .finishing]
        ),
        (
            "D8",
            { world in
                world.hardware[0].wantsEnergy = false
                world.charge()
                world.changeAvailability(1, .inoperative)
                world.present()
                world.advance(.seconds(4))
            }, [.preparing, .suspendedEV, .unavailable]
        ),
        (
            "D9",
            {
                $0.hardware[0].wantsEnergy = false; $0.charge(); $0.fault(.otherError)
            }, [.preparing, .suspendedEV, .faulted]
        ),
        (
            "F1",
            {
                $0.charge(); $0.present(); $0.advance(.seconds(4)); $0.unplug()
            },
            [.preparing, .suspendedEV, .charging, .finishing, .available]
        ),
        (
            "F2",
            {
                $0.charge(); $0.present(); $0.advance(.seconds(4)); $0.charge()
            },
            [.preparing, .suspendedEV, .charging, .finishing, .preparing, .suspendedEV, .charging]
        ),
        (
            "F8",
            {
                $0.charge(); $0.present(); $0.advance(.seconds(4)); $0.changeAvailability(1, .inoperative)
            },
            [.preparing, .suspendedEV, .charging, .finishing, .unavailable]
        ),
        (
            "F9",
            {
                $0.charge(); $0.present(); $0.advance(.seconds(4)); $0.fault(.otherError)
            },
            [.preparing, .suspendedEV, .charging, .finishing, .faulted]
        ),
        (
            "H1",
            {
                $0.changeAvailability(1, .inoperative); $0.changeAvailability(1, .operative)
            }, [.unavailable, .available]
        ),
        (
            "H2",
            {
                $0.changeAvailability(1, .inoperative); $0.plugIn(); $0.changeAvailability(1, .operative)
            }, [.unavailable, .preparing]
        ),
        (
            "H9",
            {
                $0.changeAvailability(1, .inoperative); $0.fault(.otherError)
            }, [.unavailable, .faulted]
        ),
        (
            "I1",
            {
                $0.fault(.otherError); $0.fault(.otherError, isActive: false)
            }, [.faulted, .available]
        ),
        (
            "I2",
            {
                $0.fault(.otherError); $0.plugIn(); $0.fault(.otherError, isActive: false)
            }, [.faulted, .preparing]
        ),
        (
            "I3",
            {
                $0.charge(); $0.fault(.otherError); $0.fault(.otherError, isActive: false)
            },
            [.preparing, .suspendedEV, .charging, .faulted, .suspendedEV, .charging]
        ),
        (
            "I4",
            {
                $0.charge(); $0.fault(.otherError); $0.setPilot(1, .b); $0.hardware[0].wantsEnergy = false
                $0.fault(.otherError, isActive: false)
            },
            [.preparing, .suspendedEV, .charging, .faulted, .suspendedEV]
        ),
        (
            "I6",
            {
                $0.charge(); $0.fault(.groundFailure); $0.advance(.seconds(4)); $0.fault(.groundFailure, isActive: false)
            },
            [.preparing, .suspendedEV, .charging, .faulted, .finishing]
        ),
        (
            "I8",
            {
                $0.changeAvailability(1, .inoperative); $0.fault(.otherError); $0.fault(.otherError, isActive: false)
            },
            [.unavailable, .faulted, .unavailable]
        ),
    ]

    @Test(arguments: events.indices) func `follows each event of the table`(index: Int) throws {
        let event = Self.events[index]
        var world = try World.accepted()
        world.forget()

        event.way(&world)

        #expect(world.statuses() == event.told, "\(event.name)")
        #expect(world.chargePoint.view.connectors[0].status == event.told.last, "\(event.name)")
    }

    @Test(.ocpp("9.1.20")) func `that did not last MinimumStatusDuration is not told`() throws {
        var world = try World.accepted(keys: [.minimumStatusDuration: "5"])
        world.judge.knowsEveryStatus = false
        world.forget()
        world.plugIn()
        world.advance(.seconds(4))
        world.unplug()
        world.advance(.seconds(20))
        #expect(world.statuses().isEmpty)

        world.plugIn()
        world.advance(.seconds(4))
        #expect(world.statuses().isEmpty)
        let time = world.time - .seconds(4)
        world.advance(.seconds(1))

        #expect(world.statuses() == [.preparing])
        #expect(world.notifications.map(\.timestamp) == [time])
    }

    @Test func `that changed while nobody listened is told once, as it is`() throws {
        var world = try World.accepted(keys: [.allowOfflineTxForUnknownId: "true"])
        world.disconnect()
        world.charge()
        world.present()
        world.advance(.seconds(5))
        world.forget()

        world.connect()

        #expect(world.statuses() == [.finishing])
    }

    @Test(arguments: [("true", ChargePointStatus.finishing), ("false", .suspendedEV)])
    func `tells that the vehicle left`(stops: String, status: ChargePointStatus) throws {
        var world = try World.accepted(keys: [.stopTransactionOnEVSideDisconnect: stops])
        world.charge()

        world.unplugVehicle()
        world.advance(.seconds(5))

        let last = try #require(world.notifications.last)
        #expect(last.status == status)
        #expect(last.errorCode == .noError)
        #expect(last.info == "EV side disconnected")
    }

    @Test func `tells Finishing too where a cable leaves vehicle and outlet at once`() throws {
        var world = try World.accepted(.test(.cable))
        world.charge()
        world.forget()

        world.hardware[0].isPlugged = false
        world.feed(.board(.cable(connector: 1, isPlugged: false)))
        world.setPilot(1, .a)
        world.advance(.seconds(5))

        #expect(world.statuses() == [.finishing, .available])
        #expect(world.notifications.map(\.info) == ["EV side disconnected", nil])
    }

    @Test func `says nothing of a vehicle that left once another usage began`() throws {
        var world = try World.accepted(keys: [.connectionTimeOut: "30"])
        world.charge()
        world.unplugVehicle()
        world.advance(.seconds(5))
        world.present()

        world.advance(.seconds(31))

        #expect(world.notifications.last?.status == .finishing)
        #expect(world.notifications.last?.info == nil)
    }

    @Test func `tells why energy is not offered`() throws {
        var world = try World.accepted(keys: [.stopTransactionOnInvalidId: "false"])
        world.central.replies[.startTransaction] = [.start(1, .blocked)]

        world.charge()

        #expect(world.notifications.last?.info == "the identifier was refused")
    }

    @Test func `of connector 0 is its own: Available while connectors are used`() throws {
        var world = try World.accepted()
        world.charge()
        #expect(world.status(0) == .available)
        world.changeAvailability(0, .inoperative)

        #expect(world.statuses(0) == [.available, .unavailable])
    }
}
