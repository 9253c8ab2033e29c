import BoardSupport
@testable import Drivers
import Testing
import Units

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

private func sensor(_ policy: TemperatureConfiguration.FailurePolicy = .stop) -> TemperatureConfiguration {
    TemperatureConfiguration(file: "/sys/x", limit: 80, hysteresis: 5, onFailure: policy)
}

@Suite struct `A temperature` {
    @Test func `is too high at its limit, and until it has fallen by the hysteresis`() {
        var monitor = TemperatureMonitor(sensor())
        let readings: [(Celsius, isHot: Bool)] = [
            (79.9, false), (80, true), (95, true), (79.9, true), (75.1, true), (75, false), (79.9, false), (80, true), (-40, false),
        ]
        for (second, (reading, isHot)) in readings.enumerated() {
            monitor.read(reading, at: .seconds(second))
            #expect(monitor.isHot == isHot, "after \(reading)")
        }
    }

    @Test func `that nobody can read for ten seconds is unknown, until it is read again`() {
        var monitor = TemperatureMonitor(sensor())
        monitor.advance(to: .seconds(100))
        #expect(monitor.deadline == .seconds(110))
        monitor.advance(to: .milliseconds(109_999))
        #expect(!monitor.isUnknown)

        monitor.advance(to: .seconds(110))

        #expect(monitor.isUnknown)
        #expect(monitor.deadline == nil)
        monitor.read(20, at: .seconds(111))
        monitor.advance(to: .seconds(111))
        #expect(!monitor.isUnknown)
        #expect(monitor.deadline == .seconds(121))
    }

    @Test func `that was too high when its sensor fell silent has not fallen`() {
        var monitor = TemperatureMonitor(sensor(.continue))
        monitor.read(85, at: .zero)

        monitor.advance(to: .seconds(60))

        #expect(monitor.isHot && monitor.isSilent)
        #expect(!monitor.isUnknown)
    }
}

@Suite struct `The interlock's temperatures` {
    /// A board whose time a test moves by hand, with its contactor closed.
    private func charging(_ temperature: TemperatureConfiguration) throws -> BoardSafety {
        var safety = BoardSafety(
            GPIOBoardConfiguration(connectors: LineBench.configuration().connectors, temperatures: [temperature]))
        var acts: [SafetyAct] = []
        safety.change(0) { $0.open(at: .zero, &acts) }
        safety.settle(at: .milliseconds(100), heardAt: .zero, &acts)
        safety.sense(.connected, 0, isActive: true, edges: 1, at: .milliseconds(100), &acts)
        safety.sense(.ready, 0, isActive: true, edges: 1, at: .milliseconds(100), &acts)
        safety.settle(at: .milliseconds(200), heardAt: .zero, &acts)
        try safety.change(0) { (connector) throws(ContactorFault) in try connector.close(at: .milliseconds(200), &acts) }
        safety.sense(.feedback, 0, isActive: true, edges: 1, at: .milliseconds(210), &acts)
        safety.settle(at: .milliseconds(300), heardAt: .zero, &acts)
        try #require(acts.contains(.report(.contactor(connector: 1, .closed))))
        return safety
    }

    private func faults(_ acts: [SafetyAct]) -> [(BoardFault, Bool)] {
        acts.compactMap { if case .report(.fault(0, let fault, let isActive)) = $0 { (fault, isActive) } else { nil } }
    }

    @Test func `open every contactor at the limit, and tell which sensor`() throws {
        var safety = try charging(sensor())
        var acts: [SafetyAct] = []
        safety.measured(0, 80.5, at: .seconds(1))
        safety.settle(at: .seconds(1), heardAt: .seconds(1), &acts)

        #expect(acts.first == .coil(0, false))
        let fault = try #require(faults(acts).first)
        #expect(fault.0.kind == .highTemperature && fault.1)
        #expect(fault.0.info == "80.5 °C at /sys/x, the limit is 80.0 °C")

        acts = []
        safety.measured(0, 75, at: .seconds(2))
        safety.settle(at: .seconds(2), heardAt: .seconds(2), &acts)
        #expect(faults(acts).map(\.1) == [false])
        #expect(faults(acts).first?.0.vendorErrorCode == BoardFault.overTemperature.vendorErrorCode)
    }

    @Test(arguments: [(TemperatureConfiguration.FailurePolicy.stop, true), (.continue, false)])
    func `open when a sensor is silent, where the board says so`(policy: TemperatureConfiguration.FailurePolicy, opens: Bool) throws
    {
        var safety = try charging(sensor(policy))
        var acts: [SafetyAct] = []

        safety.settle(at: .seconds(11), heardAt: .seconds(11), &acts)

        #expect(acts.contains(.coil(0, false)) == opens)
        #expect(faults(acts).map(\.0.kind) == (opens ? [.internalError] : []))
        #expect(faults(acts).allSatisfy { $0.0.vendorErrorCode == "TemperatureUnknown" })
    }
}

@Suite struct `A temperature file` {
    @Test(arguments: [("25000\n", 25), ("85125", 85.125), ("-12500\n", -12.5), ("0\n", 0)] as [(String, Celsius)])
    func `holds thousandths of a degree`(text: String, temperature: Celsius) throws {
        let sysfs = try Sysfs(["temp": text])

        #expect(try TemperatureFile(path: "\(sysfs.root)/temp").read() == temperature)
    }

    @Test(arguments: [
        ("", "it is empty"), ("hot\n", "'hot' is no number of thousandths of a degree"), ("-273150\n", "-273.15 °C cannot be true"),
        ("127000000\n", "127000.0 °C cannot be true"),
    ])
    func `that says what cannot be is not believed`(text: String, fact: String) throws {
        let sysfs = try Sysfs(["temp": text])

        let fault = #expect(throws: TemperatureFault.self) { try TemperatureFile(path: "\(sysfs.root)/temp").read() }

        #expect(fault?.fact == fact)
    }

    @Test func `is found where its number changes, and must be one`() throws {
        let sysfs = try Sysfs(["hwmon7/temp1_input": "41000\n"])
        let file = TemperatureFile(path: "\(sysfs.root)/hwmon*/temp1_input")
        #expect(try file.read() == 41)

        try sysfs.write("hwmon8/temp1_input", "42000\n")

        let two = #expect(throws: TemperatureFault.self) { try file.read() }
        #expect(two?.fact == "2 files have such a name, and it must be one")
        let none = #expect(throws: TemperatureFault.self) { try TemperatureFile(path: "\(sysfs.root)/iio*/x").read() }
        #expect(none?.fact == "no file has such a name")
    }

    @Test func `that is not there says so with a remedy`() throws {
        let sysfs = try Sysfs([:])

        let fault = #expect(throws: TemperatureFault.self) { try TemperatureFile(path: "\(sysfs.root)/temp").read() }

        #expect(
            fault?.description
                == "the temperature sensor \(sysfs.root)/temp cannot be read (No such file or directory); check its driver and wiring, "
                + "and the board file's key 'file'")
    }

    @Test func `that fails is told to the log once, and again when it is back`() throws {
        let sysfs = try Sysfs(["temp": "20000"])
        let told = LineBench.Shared<[String]>([])
        let interlock = try InterlockThread(
            BoardSafety(
                GPIOBoardConfiguration(
                    connectors: [], temperatures: [TemperatureConfiguration(file: "\(sysfs.root)/temp", limit: 80)])),
            inputs: [], outputs: InterlockThread.Outputs(), openElsewhere: { _ in }, endFaultSignal: { _ in }, report: { _ in })
        let sampler = try TemperatureSampler(
            [TemperatureConfiguration(file: "\(sysfs.root)/temp", limit: 80)], interlock: interlock, log: { told.value += [$0] })
        var failures: [TemperatureFault?] = [nil]

        sampler.sample(&failures)
        #expect(told.value == [])
        unlink("\(sysfs.root)/temp")
        sampler.sample(&failures)
        sampler.sample(&failures)
        #expect(told.value.count == 1)
        try sysfs.write("temp", "21000")
        sampler.sample(&failures)

        #expect(told.value.count == 2)
        #expect(told.value.last == "the temperature sensor \(sysfs.root)/temp is read again: 21.0 °C")
    }
}
