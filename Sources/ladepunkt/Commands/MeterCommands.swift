import ArgumentParser
import BoardSupport
import Boards
import Drivers
import Units

/// Talks to a meter directly, past the daemon: for whoever installs one.
struct Meter: CommandGroup {
    static let configuration = CommandConfiguration(
        abstract: "Reads, searches and records electrical meters on a Modbus line.",
        discussion: """
            The line is used by one process at a time: stop the daemon first (`systemctl stop ladepunktd`) when it is the daemon's.
            """,
        subcommands: [Read.self, Scan.self, Record.self])

    struct Read: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Reads a meter once and shows everything that it measures.")
        @OptionGroup var choice: MeterChoice
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let (bus, meter) = try choice.meter()
            let line = ModbusBus(bus)
            let driver = ModbusMeter(meter, on: line, rating: 80, phases: meter.map.phases)
            do {
                let report = MeterReport(try driver.reading(from: try await driver.contents()), of: meter, on: bus)
                await line.close()
                output(connection.json ? try jsonText(report) : report.text)
            } catch let fault as ModbusFault {
                await line.close()
                throw Failure.unavailable("\(fault)")
            } catch let fault as MeterFault {
                await line.close()
                throw Failure.unavailable("\(bus.line), unit \(meter.unit): \(fault)")
            }
        }
    }

    struct Scan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Finds which units answer on a line, at which speed and parity, and which model each is.")
        @OptionGroup var line: LineChoice
        @Option(help: ArgumentHelp("The unit addresses to try, such as 1-10,33.", valueName: "list"))
        var units = "1-10,33"
        @Option(help: ArgumentHelp("When the search ends, however much is left, in seconds.", valueName: "seconds"))
        var limit = 120
        @Option(help: ArgumentHelp("The folder whose `Meters` holds the register maps.", valueName: "folder"))
        var maps: String?
        @Flag(help: "Try other speeds and parities although something answers at one.")
        var all = false
        @OptionGroup var connection: ConnectionOptions

        func run() async throws {
            let units = try unitList(units)
            if let maps, RegisterMapFolders([maps]).meterMapNames().isEmpty {
                throw Failure.usage("--maps \(maps): there is no folder 'Meters' with register maps in it")
            }
            let folders = RegisterMapFolders(maps.map { [$0] } ?? [".", "Board", RegisterMapFolders.installed])
            var known: [(name: String, map: RegisterMap)] = []
            for name in folders.meterMapNames() {
                guard let path = folders.path(of: name) else { continue }
                known.append((name, try map(at: path)))
            }
            let scan = MeterScan(
                line: try line.scanned(known.map(\.map)), units: units, maps: known, limit: .seconds(limit),
                triesAllSettings: all)
            var count = 0
            let ending = await scan.run(
                tries: { settings in if !connection.json, let settings { printError("trying \(settings) …") } },
                found: { finding in
                    count += 1
                    let report = FindingReport(finding)
                    output(connection.json ? (try? jsonLine(report)) ?? "" : report.text)
                })
            switch ending {
            case .fault(let fault): throw Failure.unavailable("\(fault)")
            case .timeLimit: printError("ladepunkt: the time is up; --limit gives more, --units and --baud leave less to try")
            case .everythingTried, .settingsFound: break
            }
            guard count > 0 else {
                throw Failure.unavailable(
                    "nothing answered; check supply, wiring (A and B swapped?) and termination, or try more --units")
            }
        }
    }

    struct Record: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes a meter's raw registers to standard output, for a report of a wrong value.")
        @OptionGroup var choice: MeterChoice
        @Option(help: "How many times the meter is read, once a second.")
        var times = 10

        func validate() throws {
            guard (1...86_400).contains(times) else { throw ValidationError("--times is a number from 1 to 86400") }
        }

        func run() async throws {
            let (bus, meter) = try choice.meter()
            let recording = RecordingOutput()
            recording.write(
                header: [
                    "\(meter.map.origin.maker) \(meter.map.origin.model), map by \(meter.map.origin.document), \(meter.map.origin.edition)",
                    "unit \(meter.unit) on \(bus.place)",
                ])
            let line = ModbusBus(bus, trace: { recording.write($0) })
            let driver = ModbusMeter(meter, on: line, rating: 80, phases: meter.map.phases)
            var answered = false
            var problem = ""
            for number in 1...times {
                // What is wrong with it stands in the recording; the next second may bring more.
                do {
                    output("# read \(number): \(try await driver.read().energyImport)")
                    answered = true
                } catch {
                    problem = "\(error)"
                    output("# read \(number): \(problem)")
                }
                if number < times { try await Task.sleep(for: .seconds(1)) }
            }
            await line.close()
            guard answered else {
                throw Failure.unavailable("\(bus.line), unit \(meter.unit): no read succeeded, the last one because: \(problem)")
            }
        }
    }
}
