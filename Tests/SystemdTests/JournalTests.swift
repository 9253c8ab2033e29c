import Logging
import Testing

@testable import Systemd

@Suite struct `A line in the journal` {
    @Test func `has a priority, fields, and the fields again behind its text`() {
        let entry = Journal.entry(.warning, "closing was forbidden", [("connectorId", "1"), ("reason", "diode fault")])

        #expect(
            String(decoding: entry, as: UTF8.self) == """
                PRIORITY=4
                SYSLOG_IDENTIFIER=ladepunktd
                MESSAGE=closing was forbidden connectorId=1 reason="diode fault"
                LADEPUNKT_CONNECTOR_ID=1
                LADEPUNKT_REASON=diode fault

                """)
    }

    @Test func `carries a line break by its length, so that no text can forge a field`() {
        let entry = Journal.entry(.notice, "a\nPRIORITY=0", [])

        #expect(entry.suffix(29) == Array("MESSAGE\n".utf8) + [12, 0, 0, 0, 0, 0, 0, 0] + Array("a\nPRIORITY=0\n".utf8))
    }

    @Test func `stays shorter than a datagram, whatever is said`() {
        let long = String(repeating: "x", count: 1_000_000)

        let entry = Journal.entry(.info, long, (0..<10).map { ("key\($0)", long) })

        #expect(entry.count < DatagramSocket.limit)
    }

    @Test(arguments: [("connector", "CONNECTOR"), ("transactionId", "TRANSACTION_ID"), ("a-b.c", "A_B_C"), ("URL", "U_R_L")])
    func `names its fields as the journal allows`(key: String, name: String) {
        #expect(Journal.fieldName(key) == name)
    }

    @Test(arguments: zip(Logger.Level.allCases, [7, 7, 6, 5, 4, 3, 2]))
    func `has syslog's priority`(level: Logger.Level, priority: Int) {
        #expect(level.syslogPriority == priority)
    }

    @Test func `goes there only while standard error does`() {
        #expect(!Journal.isStandardError(nil))
        #expect(!Journal.isStandardError("1:2"))
    }
}
