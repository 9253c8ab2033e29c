import OCPP
import Persistence
import Testing
import Units

@testable import ChargePointCore

@Suite(.signedMeterValues("3")) struct `Signed meter values` {
    private static let key = "oca:base16:asn1:3059"

    private static func settings(signs: Bool = true) -> ChargePointSettings {
        var board = BoardProfile.sockets(2)
        if signs { board.connectors[0].meter?.publicKey = key }
        return .test(board)
    }

    private static func world(_ keys: [ConfigurationKey: String], store: MemoryRecordStore = MemoryRecordStore()) throws -> World {
        var world = try World.accepted(settings(), keys: keys, store: store)
        world.hardware[0].signs = true
        return world
    }

    /// The signed values of a message: context, what was signed, the public key.
    private func signed(_ values: [MeterValue]?) throws -> [String] {
        try (values ?? []).flatMap(\.sampledValue).filter { $0.format == .signedData }.map { value in
            let content = try Payload(text: value.value).decode(SignedMeterValueType.self)
            #expect(value.measurand == .energyActiveImportRegister && value.location == .outlet && value.unit == .wh)
            #expect(content.encodingMethod == "TEST")
            return "\(value.context?.rawValue ?? "") \(decoded(content.signedMeterData.text))"
                + (content.publicKey.text.isEmpty ? "" : " \(decoded(content.publicKey.text))")
        }
    }

    private func decoded(_ base64: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var bits = 0, count = 0
        var bytes: [UInt8] = []
        for character in base64 {
            guard let digit = alphabet.firstIndex(of: character) else { break }
            bits = bits << 6 | digit
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(bits >> count & 0xFF))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One session of a minute.
    private func session(_ world: inout World) {
        world.charge()
        world.advance(.seconds(60))
        world.present()
        world.advance(.seconds(10))
    }

    @Test(
        .signedMeterValues("3.1.4"),
        arguments: [[ConfigurationKey.sampledDataSignReadings: "true"], [.alignedDataSignReadings: "true"]])
    func `of begin and end are in StopTransaction, each in its own container`(keys: [ConfigurationKey: String]) throws {
        var world = try Self.world(keys)

        session(&world)

        let (start, stop) = (try #require(world.starts.first), try #require(world.stops.first))
        #expect(
            try signed(stop.transactionData) == [
                "Transaction.Begin begin 04A2B3C4 \(start.meterStart) \(Self.key)",
                "Transaction.End end(Units.SigningRequest.End.locally) 04A2B3C4 \(stop.meterStop)",
            ])
        #expect(try world.meterValues.allSatisfy { try signed($0.meterValue).isEmpty })
    }

    @Test func `are neither asked for nor sent as long as no key wants them`() throws {
        var world = try Self.world([.sampledDataSignStartedReadings: "true", .sampledDataSignUpdatedReadings: "true"])

        session(&world)

        #expect(world.stops.count == 1 && world.stops[0].transactionData == nil)
        #expect(!world.effects.contains { if case .readSignedMeter = $0 { true } else { false } })
    }

    @Test(.signedMeterValues("3.3.4"), .signedMeterValues("3.3.5"), arguments: [("true", true), ("false", false)])
    func `at the start come right after StartTransaction, beside the raw ones`(key: String, isSigned: Bool) throws {
        var world = try Self.world([
            .sampledDataSignReadings: "true", .startTxnSampledData: "Energy.Active.Import.Register,Voltage.L1",
            .sampledDataSignStartedReadings: key, .meterValueSampleInterval: "0",
        ])

        world.charge()

        let start = try #require(world.starts.first)
        let first = try #require(world.meterValues.first?.meterValue.first)
        #expect(first.timestamp == start.timestamp)
        #expect(
            first.sampledValue.filter { $0.format == .raw }.map(\.measurand) == [.energyActiveImportRegister, .voltage])
        #expect(first.sampledValue.allSatisfy { $0.context == .transactionBegin })
        #expect(
            try signed([first]) == (isSigned ? ["Transaction.Begin begin 04A2B3C4 \(start.meterStart) \(Self.key)"] : []))
    }

    @Test(.signedMeterValues("3.3.6")) func `in between come with every sample`() throws {
        var world = try Self.world([
            .sampledDataSignReadings: "true", .sampledDataSignUpdatedReadings: "true", .meterValueSampleInterval: "20",
        ])

        session(&world)

        let values = try world.meterValues.flatMap { try signed($0.meterValue) }
        #expect(values.count == 3)
        #expect(values.allSatisfy { $0.hasPrefix("Sample.Periodic during 04A2B3C4 ") && !$0.hasSuffix(Self.key) })
        #expect(world.meterValues.allSatisfy { $0.meterValue[0].sampledValue.contains { $0.format == .raw } })
    }

    @Test(.signedMeterValues("3.3.2"), arguments: [("Never", 0), ("OncePerTransaction", 1), ("EveryMeterValue", 2)])
    func `carry the public key as often as was asked for`(choice: String, count: Int) throws {
        var world = try Self.world([.sampledDataSignReadings: "true", .publicKeyWithSignedMeterValue: choice])

        session(&world)

        #expect(try signed(world.stops.first?.transactionData).count { $0.hasSuffix(Self.key) } == count)
    }

    @Test(.signedMeterValues("3.3.1")) func `are of the key that MeterPublicKey tells, for each connector that has one`() throws {
        var world = try Self.world([:])

        guard
            case .getConfiguration(let answer)? = world.confirmed(
                .getConfiguration(GetConfiguration(key: ["meterpublickey1", "MeterPublicKey2"])))
        else { throw CancellationError() }

        #expect(answer.configurationKey?.map(\.key) == ["MeterPublicKey1"])
        #expect(answer.configurationKey?.first?.readonly == true)
        #expect(decoded(answer.configurationKey?.first?.value?.text ?? "") == Self.key)
        #expect(answer.unknownKey == ["MeterPublicKey2"])
        #expect(world.changeConfiguration("MeterPublicKey1", "x") == .rejected)
        #expect(world.chargePoint.configuration.readable.contains { $0.key == "MeterPublicKey1" })
    }

    @Test func `have no keys where no meter signs`() throws {
        var world = try World.accepted(Self.settings(signs: false))

        for key in ["SampledDataSignReadings", "PublicKeyWithSignedMeterValue", "AlignedDataSignUpdatedReadings"] {
            #expect(world.changeConfiguration(key, "true") == .notSupported)
        }
        #expect(world.changeConfiguration("StartTxnSampledData", "Voltage") == .accepted)
        for list in ["Volts", Array(repeating: "Voltage", count: 33).joined(separator: ",")] {
            #expect(world.changeConfiguration("StartTxnSampledData", list) == .rejected)
        }
    }

    @Test func `of a meter that does not sign keep a session from beginning`() throws {
        var world = try Self.world([.sampledDataSignReadings: "true"])
        world.hardware[0].signs = false

        world.charge()

        #expect(world.starts.isEmpty)
        #expect(world.transaction() == nil)
    }

    @Test func `that fail at the end hold it up for 30 seconds, and the true register is billed with a flag`() throws {
        var world = try Self.world([.sampledDataSignReadings: "true"])
        world.charge()
        world.advance(.seconds(60))
        world.hardware[0].signs = false
        world.present()

        world.advance(.seconds(25))
        #expect(world.stops.isEmpty)
        world.advance(.seconds(10))

        let stop = try #require(world.stops.first)
        let values = try signed(stop.transactionData)
        #expect(stop.meterStop == WattHours(Int(world.hardware[0].reading.energyImport.value)))
        #expect(values.count == 1 && values[0].hasPrefix("Transaction.Begin"))
        #expect(world.sessions.first?.flags == [.unsigned])
    }

    @Test func `survive a power loss, and the end is signed after it`() throws {
        let store = MemoryRecordStore()
        var before = try Self.world([.sampledDataSignReadings: "true"], store: store)
        before.charge()
        let start = try #require(before.starts.first)
        before.advance(.seconds(120))

        var world = try World(Self.settings(), keys: [.sampledDataSignReadings: "true"], store: store, seed: 2)
        world.hardware = before.hardware
        world.hardware[0].isClosed = false
        world.feed(.started)
        world.feed(.linkOpened)
        world.advance(.seconds(40))

        let stop = try #require(world.stops.first)
        #expect(stop.reason == .powerLoss)
        #expect(
            try signed(stop.transactionData) == [
                "Transaction.Begin begin 04A2B3C4 \(start.meterStart) \(Self.key)",
                "Transaction.End end(Units.SigningRequest.End.byPowerFailure) 04A2B3C4 \(stop.meterStop) \(Self.key)",
            ])
    }
}
