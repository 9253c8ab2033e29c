import CentralSystemLink
import ChargePointCore
import Testing
import Units

@testable import Agent

@Suite struct `What goes into log files` {
    @Test func `is no secret and no whole idTag`() {
        let redaction = Redaction(secrets: ["correct-horse", "pw", "horse-power"], idTags: ["04A2B3C4", "AB12", "x"])

        #expect(redaction("key correct-horse, card 04A2B3C4 and AB12, x") == "key ***, card …B3C4 and …12, x")
        #expect(redaction("horse-power horse") == "*** horse")
    }

    @Test(arguments: [("04A2B3C4", "…B3C4"), ("AB12", "…12"), ("abc", "…c"), ("a", "…"), ("", "…")])
    func `shows at most four characters of an idTag, and never more than half`(idTag: String, shown: String) {
        #expect(Redaction.shortened(idTag) == shown)
    }

    @Test(arguments: [
        ("AuthorizationKey", true), ("X-MailPassword", true), ("apiToken", true), ("HeartbeatInterval", false),
        ("MeterPublicKey", false),
    ])
    func `leaves out the values of keys that sound like secrets`(key: String, isSecret: Bool) {
        #expect(Redaction.isSecret(key: key) == isSecret)
    }

    @Test func `is a table whose cells stay cells`() {
        var files = LogFiles(redaction: Redaction(secrets: []))
        files.addTable("a.csv", ["a", "b"], [["1,2", "say \"no\""], ["line\nbreak", ""]])

        #expect(files.files.map(\.text) == ["a,b\n\"1,2\",\"say \"\"no\"\"\"\n\"line\nbreak\",\n"])
    }
}

@Suite struct `The log in memory` {
    @Test func `gives the lines of a window of time, its ends included`() {
        let ring = LogRing()
        for second in 1...5 { ring.append("line \(second)", at: Timestamp(seconds: Int64(second))) }

        #expect(ring.lines(from: Timestamp(seconds: 2), to: Timestamp(seconds: 4)) == ["line 2", "line 3", "line 4"])
        #expect(ring.lines().count == 5)
    }

    @Test func `keeps the latest lines, within its size`() {
        let ring = LogRing()
        let line = String(repeating: "x", count: 100)
        for number in 0..<10_000 { ring.append("\(number) \(line)", at: Timestamp(seconds: Int64(number))) }

        let lines = ring.lines()

        #expect(lines.last?.hasPrefix("9999 ") == true)
        #expect(lines.reduce(0) { $0 + $1.utf8.count } <= LogRing.size)
        #expect(lines.count > 2000)
    }

    @Test func `cuts a line that is longer than any should be`() {
        let ring = LogRing()
        ring.append(String(repeating: "y", count: LogRing.size * 2), at: Timestamp(seconds: 1))

        #expect(ring.lines().map(\.utf8.count) == [4096])
    }
}

@Suite struct `Scarce disk and memory` {
    @Test func `are said once, and again after there was enough`() {
        let watch = ResourceWatch(directory: "/nowhere/logs")
        let (much, little): (UInt64, UInt64) = (1 << 30, 1 << 20)

        #expect(watch.judge(disk: much, memory: nil) == nil)
        #expect(watch.judge(disk: little, memory: much) == "1048576 bytes of disk are left")
        #expect(watch.judge(disk: little, memory: much) == nil)
        #expect(watch.judge(disk: little, memory: little) == "1048576 bytes of memory are left")
        #expect(watch.judge(disk: much, memory: much) == nil)
        #expect(watch.judge(disk: little, memory: much) != nil)
    }

    @Test func `are looked at every ten minutes at most`() {
        let watch = ResourceWatch(directory: "/nowhere/logs")

        #expect(watch.look(at: .seconds(5)) == nil)
        #expect(ResourceWatch.freeMemory("MemTotal: 10 kB\nMemAvailable:      512 kB\n") == 524_288)
        #expect(ResourceWatch.freeMemory("") == nil)
    }
}

@Suite struct `What fails on the link` {
    @Test(
        arguments: [
            (LinkFailure.Kind.unauthorised(passwordSent: true), SecurityEvent.failedToAuthenticateAtCentralSystem),
            (.httpStatus(403), .failedToAuthenticateAtCentralSystem), (.httpStatus(404), nil), (.connectionRefused, nil),
            (.protocolError("x"), .invalidMessages), (.tls(.noCommonVersion), .invalidTLSVersion),
            (.tls(.noCommonCipher), .invalidTLSCipherSuite),
            (.tls(.selfSigned("x", trust: .system)), .invalidCentralSystemCertificate),
            (.tls(.expired("x", since: Timestamp(seconds: 1), now: Timestamp(seconds: 2))), .invalidCentralSystemCertificate),
            (.tls(.wrongName(wanted: "a", names: ["b"])), .centralSystemFailedToAuthenticate),
            (.tls(.clientCertificateRefused("x")), .failedToAuthenticateAtCentralSystem), (.tls(.timedOut), nil),
        ] as [(LinkFailure.Kind, SecurityEvent?)])
    func `is a security event where the whitepaper has one for it`(kind: LinkFailure.Kind, event: SecurityEvent?) {
        #expect(LinkFailure(kind).securityEvent == event)
    }
}
