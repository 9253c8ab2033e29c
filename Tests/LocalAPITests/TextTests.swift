import ChargePointCore
import LocalAPIModels
import OCPP
import Testing
import Units

@testable import LocalAPI

@Suite struct `Reports as text` {
    @Test func `the status is a table with what is wrong below`() {
        #expect(
            StatusReport(.charging).text == """
                Charge point    cp001  Example Wallbox 11, firmware 1.0.0
                Central system  ws://central:9000/cp001  connected, Accepted
                Clock           2026-11-22T12:00:00Z (centralSystem)
                Ledger          2 queued, 1 parked

                Connector  Status    Cable    Vehicle  Contactor  Closings  Offered  Power   Register  Session
                1          Charging  plugged  C        closed     1234      16 A     3680 W  1234 Wh   04A2B3C4 since 2026-11-22T12:00:00Z, 1234 Wh
                2          Faulted   none     A        open       –         –        –       –         –
                Connector 1: current limited by ChargingProfile 7
                Connector 2: GroundFailure, E7

                """)
    }

    @Test func `standalone, failures and a lost connection are said`() {
        var source = StatusSource.charging
        source.view.storageFailure = "the disk is full"
        source.view.readerFailure = "unplugged"
        source.centralSystem?.isConnected = false
        source.centralSystem?.lastError = "name not found"
        let text = StatusReport(source).text

        #expect(text.contains("Storage failure  the disk is full\n"))
        #expect(text.contains("Card reader      unplugged\n"))
        #expect(text.contains("not connected, Accepted: name not found\n"))
        source.view.firmware = .scheduled
        #expect(StatusReport(source).text.contains("Firmware update  unsigned, not before 2026-11-22T12:00:00Z\n"))
        source.contactors[2] = ContactorLife(closings: 100_001, rated: 100_000)
        #expect(StatusReport(source).text.contains("the contactor has closed 100001 times and is rated for 100000: replace it\n"))
        source.centralSystem = nil
        #expect(StatusReport(source).text.contains("Central system   none (standalone)\n"))
    }

    @Test func `text from outside cannot steer the terminal`() {
        let card = CardReport(
            idTag: "\u{1B}[2J", status: "Accepted", expiryDate: nil, parentIdTag: nil, name: "a\nb", source: "own")

        let text = CardListReport(cards: [card]).text

        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(text.split(separator: "\n").count == 2)
    }

    @Test func `what is empty says so`() {
        #expect(CardListReport(cards: []).text == "No cards.\n")
        #expect(SessionPageReport(sessions: [], next: nil).text == "No sessions.\n")
        #expect(QueueReport(queued: 0, parked: 0, messages: []).text == "0 queued, 0 parked\n")
    }

    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("two\r\nlines", "\"two\r\nlines\""),
        ("=1+1", "'=1+1"),
        ("+49", "+49"), ("-5", "-5"), ("-a", "'-a"), ("@x", "'@x"), ("", ""), ("\tx", "'\tx"),
    ])
    func `CSV fields are quoted, and harmless in a spreadsheet`(text: String, field: String) {
        #expect(CSV.line([text, "end"]) == field + ",end\r\n")
    }

    @Test func `a report that was written is read again`() throws {
        let report = StatusReport(.charging)
        #expect(try JSONText.decode(StatusReport.self, from: JSONText.encode(report)) == report)
        let without = #"{"idTag":"1","status":"Accepted","source":"own"}"#
        #expect(try JSONText.decode(CardReport.self, from: without.utf8).name == nil)
    }
}
