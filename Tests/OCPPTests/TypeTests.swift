import OCPP
import Testing

@Suite struct `OCPP's types` {
    @Test func `compare identifiers without regard to case and keep their spelling`() {
        let card: IdToken = "04a2b3c4"

        #expect(card == "04A2B3C4")
        #expect(Set([card, "04A2B3C4"]).count == 1)
        #expect(card.text == "04a2b3c4")
        #expect(card != "04A2B3C5")
    }

    @Test func `compare certificates with regard to case`() {
        #expect(LimitedString<10>("a") != LimitedString<10>("A"))
    }

    @Test(arguments: [
        ("12345678901234567890", true), ("123456789012345678901", false), (String(repeating: "ü", count: 20), true),
        (String(repeating: "ü", count: 21), false), (String(repeating: "e\u{301}", count: 10), true),
        (String(repeating: "e\u{301}", count: 11), false), ("", true),
    ]) func `count an identifier's characters as unicode scalars`(text: String, fits: Bool) {
        #expect((IdToken(text) != nil) == fits)
    }

    @Test func `cut text that is too long where it is only shown`() {
        let text = String(repeating: "x", count: 60)

        #expect(CiString<50>(truncating: text).text.count == 50)
        #expect(("123456789012345678901" as IdToken).text == "12345678901234567890")
    }

    @Test(.ocpp("3.8")) func `have no negative connectors`() {
        #expect(ConnectorId(exactly: -1) == nil)
        #expect(ConnectorId(exactly: 0) == .chargePoint)
        #expect(ConnectorId(1) < 2)
    }

    @Test(arguments: [("Celcius", UnitOfMeasure.celsius), ("Celsius", .celsius), ("kWh", .kWh), ("var", .var)])
    func `read both spellings of Celsius and send the older one`(text: String, unit: UnitOfMeasure) throws {
        let value = try Payload(text: #"{"value":"1","unit":""# + text + #""}"#).decode(SampledValue.self)

        #expect(value.unit == unit)
        #expect(UnitOfMeasure.celsius.rawValue == "Celcius")
    }

    @Test(.ocpp("3.3")) func `name the feature profiles as SupportedFeatureProfiles does`() {
        #expect(
            FeatureProfile.allCases.map(\.rawValue) == [
                "Core", "FirmwareManagement", "LocalAuthListManagement", "Reservation", "SmartCharging", "RemoteTrigger",
                "Security",
            ])
        #expect(Action.updateFirmware.profile == .firmwareManagement)
    }
}
