import OCPP
import Testing

@Suite struct `The message tables` {
    static let sent = `Core messages that we send`.requests + `Firmware management messages`.ours + `Security messages`.ours
    static let received =
        `Core messages that we receive`.requests + `Firmware management messages`.theirs
        + `Local list, reservation and trigger messages`.theirs + `Smart charging messages`.theirs + `Security messages`.theirs
    static let answered =
        `Core messages that we receive`.confirmations + `Firmware management messages`.confirmations
        + `Local list, reservation and trigger messages`.confirmations + `Smart charging messages`.confirmations
        + `Security messages`.confirmations

    @Test(.ocpp("3.3")) func `hold every one of the 39 operations`() {
        #expect(Action.allCases.count == 39)
        #expect(Set(Self.sent.map(\.0.action)).union(Self.received.map(\.1.action)) == Set(Action.allCases))
    }

    @Test func `hold an answer to every request that we receive`() {
        #expect(Set(Self.received.map(\.1.action)) == Set(Self.answered.map(\.0.action)))
    }

    @Test func `count 28 operations of OCPP 1.6 and 11 of the security whitepaper`() {
        let counts = Dictionary(grouping: Action.allCases, by: \.profile).mapValues(\.count)

        #expect(
            counts == [
                .core: 16, .firmwareManagement: 4, .localAuthListManagement: 2, .reservation: 2, .smartCharging: 3,
                .remoteTrigger: 1,
                .security: 11,
            ])
    }
}
