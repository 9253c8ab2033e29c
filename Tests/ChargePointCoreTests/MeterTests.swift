import ChargePointCore
import OCPP
import Testing
import Units

@Suite(.ocpp("3.16")) struct `Meter values` {
    @Test(.ocpp("3.16.1"), .ocpp("9.1.19"), .ocpp("4.7"), .errata("3.15"))
    func `are sampled every MeterValueSampleInterval from the start of the transaction`()
        throws
    {
        var world = try World.accepted(keys: [.meterValueSampleInterval: "60"])
        world.plugIn()
        world.advance(.seconds(17))
        world.present()
        let start = world.time

        world.advance(.seconds(185))

        #expect(world.meterValues.map { $0.meterValue[0].timestamp } == [60, 120, 180].map { start + .seconds($0) })
        #expect(world.meterValues.allSatisfy { $0.connectorId == 1 && $0.transactionId == 1 })
        let registers = world.meterValues.compactMap { Int($0.meterValue[0].sampledValue[0].value) }
        #expect(zip(registers, [1060, 1120, 1180]).allSatisfy { abs($0 - $1) <= 1 })
        #expect(world.meterValues[0].meterValue[0].sampledValue[0].context == .samplePeriodic)
    }

    @Test(.ocpp("3.16.1"), .ocpp("9.1.19")) func `are off where the interval is 0, and back on with a new one`() throws {
        var world = try World.accepted(keys: [.meterValueSampleInterval: "0"])
        world.charge()
        world.advance(.seconds(300))
        #expect(world.meterValues.isEmpty)

        world.changeConfiguration("MeterValueSampleInterval", "10")
        world.advance(.seconds(10))

        #expect(world.meterValues.count == 1)
    }

    @Test(.ocpp("3.16.1"), .ocpp("9.1.17")) func `that are sampled are those of MeterValuesSampledData`() throws {
        var world = try World.accepted(keys: [.meterValueSampleInterval: "60", .meterValuesSampledData: "Voltage.L2,Temperature"])
        world.charge()

        world.advance(.seconds(61))

        let values = try #require(world.meterValues.first).meterValue[0].sampledValue
        #expect(values.map(\.measurand) == [.voltage, .temperature])
        #expect(values.map(\.phase) == [.l2, nil])
    }

    @Test(.ocpp("9.1.5"), .ocpp("3.16.2")) func `aligned to the clock come on the quarter hour, of idle connectors too`() throws {
        var world = try World.accepted(
            .test(.sockets(2)), keys: [.clockAlignedDataInterval: "900", .meterValueSampleInterval: "0"])
        world.advance(.seconds(100))
        world.charge(1)
        world.forget()

        world.advance(.seconds(1700))

        let values = world.meterValues
        #expect(values.count { $0.connectorId == 1 } == 2)
        #expect(values.count { $0.connectorId == 2 } == 2)
        #expect(Set(values.map { $0.meterValue[0].timestamp }) == [.begin + .seconds(900), .begin + .seconds(1800)])
        #expect(values.allSatisfy { $0.meterValue[0].sampledValue[0].context == .sampleClock })
        #expect(values.filter { $0.connectorId == 2 }.allSatisfy { $0.transactionId == nil })
    }

    @Test(.ocpp("9.1.5"), .ocpp("3.16.2")) func `aligned to the clock begin anew at midnight`() throws {
        // Every 7 h of the day from midnight: after 07:00 and 14:00 at 21:00, and at 00:00.
        var world = try World.accepted(keys: [.clockAlignedDataInterval: "25200"])
        world.meterPolling = .seconds(5)

        world.advance(.seconds(16 * 3600))

        let times = world.meterValues.map { $0.meterValue[0].timestamp }
        #expect(times == [5, 12, 15].map { Timestamp.begin + .seconds($0 * 3600) })
    }

    @Test(.ocpp("3.16.2"), .ocpp("9.1.15")) func `aligned to the clock are those of MeterValuesAlignedData`() throws {
        var world = try World.accepted(keys: [.clockAlignedDataInterval: "900", .meterValuesAlignedData: "Temperature,Frequency"])

        world.advance(.seconds(901))

        #expect(world.meterValues.flatMap { $0.meterValue[0].sampledValue.map(\.measurand) } == [.temperature, .frequency])
    }

    @Test(.ocpp("3.16.2"), .ocpp("9.1.5")) func `aligned to the clock are off where the interval is 0`() throws {
        var world = try World.accepted(keys: [.clockAlignedDataInterval: "0"])
        world.meterPolling = .seconds(5)

        world.advance(.seconds(2 * 3600))

        #expect(world.meterValues.isEmpty)
    }

    @Test func `aligned to the clock are not repeated by a clock that jumps back`() throws {
        var world = try World(keys: [.clockAlignedDataInterval: "900"])
        world.systemClock = .synchronised
        world.feed(.started)
        world.connect()
        world.advance(.seconds(1810))
        #expect(world.meterValues.count == 2)

        world.systemTimeAtZero = world.systemTimeAtZero - .seconds(1000)
        world.advance(.seconds(1000))
        #expect(world.meterValues.count == 2)
        world.advance(.seconds(900))

        #expect(world.meterValues.count == 3)
    }

    @Test(.errata("3.14")) func `of begin and end are in StopTransaction where it is configured so`() throws {
        var world = try World.accepted(keys: [
            .stopTxnSampledData: "Energy.Active.Import.Register", .stopTxnAlignedData: "Voltage.L2",
            .meterValueSampleInterval: "60",
            .clockAlignedDataInterval: "900",
        ])
        world.charge()
        world.advance(.seconds(130))
        world.present()
        world.advance(.seconds(4))

        let stop = try #require(world.stops.first)
        let data = try #require(stop.transactionData)
        #expect(data.map { $0.sampledValue[0].context } == [.transactionBegin, .samplePeriodic, .samplePeriodic, .transactionEnd])
        #expect(data.first?.sampledValue.map(\.value) == ["1000", "230"])
        #expect(data.last?.sampledValue.first?.value == "\(stop.meterStop.value)")
    }

    @Test(
        .ocpp("3.16.5"), .ocpp("9.1.25"), .ocpp("9.1.27"),
        arguments: [
            ("", "", nil, nil), ("Temperature", "", [.transactionBegin, .samplePeriodic, .transactionEnd], .temperature),
            ("", "Frequency", [.transactionBegin, .sampleClock, .transactionEnd], .frequency),
        ] as [(String, String, [ReadingContext]?, Measurand?)])
    func `in StopTransaction are those of its two keys, and none where they are empty`(
        sampled: String, aligned: String, contexts: [ReadingContext]?, measurand: Measurand?
    ) throws {
        var world = try World.accepted(keys: [
            .stopTxnSampledData: sampled, .stopTxnAlignedData: aligned, .meterValueSampleInterval: "600",
            .clockAlignedDataInterval: "900",
        ])
        world.charge()
        world.advance(.seconds(950))

        world.present()
        world.advance(.seconds(4))

        let stop = try #require(world.stops.first)
        #expect(stop.transactionData?.map { $0.sampledValue[0].context } == contexts)
        #expect(stop.transactionData?.flatMap(\.sampledValue).allSatisfy { $0.measurand == measurand } ?? true)
        #expect(!world.meterValues.isEmpty)
    }

    @Test(.errata("3.91")) func `in StopTransaction are thinned, begin and end stay`() throws {
        var world = try World.accepted(keys: [
            .stopTxnSampledData: "Energy.Active.Import.Register", .meterValueSampleInterval: "10",
            .stopTransactionMaxMeterValues: "8",
        ])
        world.charge()
        world.advance(.seconds(400))
        world.present()
        world.advance(.seconds(4))

        let data = try #require(world.stops.first?.transactionData)
        #expect(data.count <= 8)
        #expect(data.first?.sampledValue[0].context == .transactionBegin)
        #expect(data.last?.sampledValue[0].context == .transactionEnd)
        #expect(data.map(\.timestamp) == data.map(\.timestamp).sorted())
    }

    @Test(.ocpp("3.16.3"), .ocpp("9.1.17"))
    func `of every phase and measurand are what the meter measures, never a false 0`() throws {
        let expected: [(String, [String])] = [
            ("Energy.Active.Import.Register", ["1000"]), ("Current.Import", ["5 L1", "5.5 L2", "0 L3"]),
            ("Current.Import.L2", ["5.5 L2"]),
            ("Voltage", ["229.1 L1-N", "230 L2-N", "231.26 L3-N"]), ("Voltage.L1", ["229.1 L1"]), ("Voltage.L2-N", ["230 L2-N"]),
            ("Frequency", ["50"]),
            ("Temperature", ["31.5"]), ("Current.Offered", ["0"]), ("Power.Offered", ["0"]), ("SoC", []), ("Power.Factor", []),
            ("Energy.Active.Export.Register", []), ("Energy.Active.Import.Interval", []),
        ]
        for (measurand, values) in expected {
            var world = try World.accepted(keys: [.meterValuesSampledData: measurand])
            world.trigger(.meterValues, 1)

            let sampled = world.meterValues.first?.meterValue[0].sampledValue ?? []
            #expect(sampled.map { $0.value + ($0.phase.map { " \($0.rawValue)" } ?? "") } == values, "\(measurand)")
        }
    }

    @Test(arguments: [
        ("Power.Active.Import", ["3500", "1100 L1", "1200 L2", "1200 L3"]), ("Power.Active.Import.L1", ["1100 L1"]),
        ("Power.Active.Import.L3", ["1200 L3"]),
        ("Power.Active.Import,Power.Active.Import", ["3500", "1100 L1", "1200 L2", "1200 L3"]),
    ])
    func `of the power are the total and each phase once`(measurands: String, values: [String]) throws {
        var world = try World.accepted(keys: [.meterValuesSampledData: measurands])
        let reading = MeterReading(energyImport: 1000, power: 3500, powerPerPhase: [1100, 1200, 1200])
        world.feed(.board(.meter(connector: 1, reading)))
        world.trigger(.meterValues, 1)

        let sampled = world.meterValues.first?.meterValue[0].sampledValue ?? []
        #expect(sampled.map { $0.value + ($0.phase.map { " \($0.rawValue)" } ?? "") } == values)
    }

    @Test(arguments: [("Power.Active.Import", nil), ("Power.Active.Import.L1", Phase.l1)] as [(String, Phase?)])
    func `of the power of a single phase are told once`(measurand: String, phase: Phase?) throws {
        var world = try World.accepted(.test(.cable), keys: [.meterValuesSampledData: measurand])
        world.feed(.board(.meter(connector: 1, MeterReading(energyImport: 1000, power: 2300, powerPerPhase: [2300]))))
        world.trigger(.meterValues, 1)

        let sampled = world.meterValues.first?.meterValue[0].sampledValue ?? []
        #expect(sampled.map(\.value) == ["2300"])
        #expect(sampled.map(\.phase) == [phase])
    }

    @Test(.errata("3.15"), .errata("3.46"))
    func `of an idle connector, whose meter is asked every ten seconds, are none the less told`() throws {
        var world = try World.accepted(keys: [.meterValueSampleInterval: "0"])
        world.feed(.board(.meter(connector: 1, world.hardware[0].reading)))
        world.meterPolling = nil
        world.advance(.seconds(9))
        world.forget()

        world.trigger(.meterValues, 1)

        #expect(world.meterValues.count == 1)
    }

    @Test func `a meter that has just missed begins no session`() throws {
        var world = try World.accepted()
        world.feed(.board(.meter(connector: 1, world.hardware[0].reading)))
        world.feed(.board(.meterFailed(connector: 1, reason: "no answer")))
        world.hardware[0].meter = .silent

        world.plugIn()
        world.present()
        world.advance(.seconds(30))

        #expect(world.starts.isEmpty)
        #expect(!world.hardware[0].isClosed)
    }

    @Test(.ocpp("4.7"), .ocpp("7.43")) func `say what they are, where and in which unit`() throws {
        let expected: [(String, Location, UnitOfMeasure?)] = [
            ("Energy.Active.Import.Register", .outlet, .wh), ("Current.Import.L2", .outlet, .a), ("Voltage.L1", .outlet, .v),
            ("Power.Active.Import", .outlet, .w), ("Power.Offered", .outlet, .w), ("Current.Offered", .outlet, .a),
            // "OCPP 1.6 does not have a UnitOfMeasure for frequency" (errata 3.86).
            ("Frequency", .outlet, nil), ("Temperature", .body, .celsius),
        ]
        for (measurand, location, unit) in expected {
            var world = try World.accepted(keys: [.meterValuesSampledData: measurand])
            world.trigger(.meterValues, 1)

            let sampled = try #require(world.meterValues.first?.meterValue[0].sampledValue.first)
            #expect(measurand.hasPrefix(try #require(sampled.measurand).rawValue), "\(measurand)")
            #expect(sampled.location == location, "\(measurand)")
            #expect(sampled.unit == unit, "\(measurand)")
            #expect(sampled.format == .raw, "\(measurand)")
        }
    }

    @Test func `of an interval are the energy of that interval`() throws {
        var world = try World.accepted(keys: [
            .meterValuesSampledData: "Energy.Active.Import.Interval", .meterValueSampleInterval: "60",
        ])
        world.charge()
        world.advance(.seconds(181))

        let energies = world.meterValues.compactMap { Int($0.meterValue[0].sampledValue[0].value) }
        #expect(energies.count == 3 && energies.allSatisfy { (59...61).contains($0) })
    }

    @Test func `of a silent meter are none`() throws {
        var settings = ChargePointSettings.test()
        settings.onMeterFailure = .continue
        var world = try World.accepted(settings, keys: [.meterValueSampleInterval: "60"])
        world.charge()
        world.hardware[0].meter = .silent
        world.advance(.seconds(300))
        #expect(world.meterValues.isEmpty)
        #expect(world.status() == .charging)
        #expect(world.notifications.last?.errorCode == .powerMeterFailure)

        world.hardware[0].meter = .working
        world.advance(.seconds(60))
        world.present()
        world.advance(.seconds(4))

        #expect(!world.meterValues.isEmpty)
        #expect(world.sessions.first?.flags == [.meterSilent])
    }

    @Test func `of a meter that stays silent end the session`() throws {
        var world = try World.accepted()
        world.charge()
        world.hardware[0].meter = .silent

        world.advance(.seconds(4))
        #expect(world.status() == .charging)
        world.advance(.seconds(6))

        #expect(world.stops.map(\.reason) == [.other])
        #expect(world.status() == .faulted)
        #expect(!world.hardware[0].isClosed)
    }

    @Test(arguments: [500.0, -5]) func `of a register that falls do not count`(wattHours: Double) throws {
        var world = try World.accepted(keys: [.meterValueSampleInterval: "10"])
        world.charge()
        world.advance(.seconds(60))
        let count = world.meterValues.count
        world.hardware[0].draws = 0
        world.hardware[0].wattSeconds = wattHours * 3600

        world.advance(.seconds(60))

        #expect(world.meterValues.count <= count + 1)
        #expect(world.stops.map(\.reason) == [.other])
        #expect(world.stops.allSatisfy { $0.meterStop >= 1059 })
    }

    @Test func `mark the open session on disk once a minute`() throws {
        var world = try World.accepted(keys: [.meterValueSampleInterval: "0"])
        world.charge()
        world.forget()

        world.advance(.seconds(300))

        #expect((4...5).contains(world.records.count { if case .transactionAlive = $0 { true } else { false } }))
    }
}
