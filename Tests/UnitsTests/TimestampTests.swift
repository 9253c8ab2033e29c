import Testing
import Units

@Suite(.ocpp("3.14"), .ocpp("3.15")) struct `A timestamp` {
    @Test(arguments: [
        ("2026-11-22T09:00:00Z", 1_795_338_000_000 as Int64),
        ("2026-11-22T09:00:00z", 1_795_338_000_000),
        ("2026-11-22t09:00:00Z", 1_795_338_000_000),
        ("2026-11-22 09:00:00Z", 1_795_338_000_000),
        ("2026-11-22T09:00Z", 1_795_338_000_000),
        ("2026-11-22T09:00:00", 1_795_338_000_000),
        ("2026-11-22T11:00:00+02:00", 1_795_338_000_000),
        ("2026-11-22T11:00:00+0200", 1_795_338_000_000),
        ("2026-11-22T11:00:00+02", 1_795_338_000_000),
        ("2026-11-22T03:30:00-05:30", 1_795_338_000_000),
        ("2026-11-22T09:00:00.5Z", 1_795_338_000_500),
        ("2026-11-22T09:00:00,123Z", 1_795_338_000_123),
        ("2026-11-22T09:00:00.876446300Z", 1_795_338_000_876),
        ("2026-11-22T09:00:00.123456+00:00", 1_795_338_000_123),
        ("2026-12-31T23:59:60Z", 1_798_761_599_000),
        ("2026-11-21T24:00:00Z", 1_795_305_600_000),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999Z", -1),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000),
    ])
    func `reads what central systems write`(text: String, milliseconds: Int64) {
        #expect(Timestamp(text) == Timestamp(milliseconds: milliseconds))
    }

    @Test(arguments: [
        "", "Z", "2026", "2026-11-22", "2026-11-22T", "2026-11-22T09", "2026-11-22T09:", "2026-11-22T9:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-22T24:00:01Z", "2026-11-22T09:60:00Z",
        "2026-11-22T09:00:61Z", "2026-11-22T09:00:00.Z", "2026-11-22T09:00:00+2", "2026-11-22T09:00:00+02:6",
        "2026-11-22T09:00:00+19:00",
        "2026-11-22T09:00:00ZZ", " 2026-11-22T09:00:00Z", "2026-11-22T09:00:00Z ", "２０２６-11-22T09:00:00Z", "-026-11-22T09:00:00Z",
        "2026-11-22T09:00:00\u{0}",
    ])
    func `refuses what is no date and time`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(arguments: [("2026-11-22T09:00:00", false), ("2026-11-22T09:00:00Z", true), ("2026-11-22T09:00:00+00:00", true)])
    func `knows whether a zone was named`(text: String, namesZone: Bool) {
        #expect(Timestamp.parse(text)?.namesZone == namesZone)
    }

    @Test(arguments: [
        (1_795_338_000_000 as Int64, "2026-11-22T09:00:00Z"), (1_795_338_000_007, "2026-11-22T09:00:00.007Z"),
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00Z"),
    ])
    func `is written in UTC, with milliseconds only where there are any`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
    }

    @Test func `survives writing and reading on every day of four centuries`() {
        for day in stride(from: -73_049 as Int64, to: 146_097, by: 1) {
            let timestamp = Timestamp(milliseconds: day * 86_400_000 + 45_296_789)
            #expect(Timestamp(timestamp.description) == timestamp)
        }
    }
}
