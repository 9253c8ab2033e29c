import CentralSystemLink
import Testing

@Suite struct `The wait between attempts` {
    private let lost = LinkFailure(.connectionRefused)
    private let duplicate = LinkFailure(.closedByPeer(code: 1008, reason: "already connected"))

    @Test(arguments: [
        (0.0, [3, 6, 12, 24, 48, 96, 192, 297, 297]), (0.5, [4.5, 7.5, 13.5, 25.5, 49.5, 97.5, 193.5, 298.5, 298.5]),
    ])
    func `doubles with a random part up to the cap`(jitter: Double, seconds: [Double]) {
        var backoff = Backoff(Reconnect())

        let waits = seconds.map { _ in backoff.wait(after: lost, jitter: jitter) }

        #expect(waits == seconds.map { .seconds($0) })
    }

    @Test func `stays bounded for ever`() {
        var backoff = Backoff(Reconnect())

        for _ in 0..<10_000 { #expect(backoff.wait(after: lost, jitter: 0.999) <= .seconds(300)) }
    }

    @Test func `is never zero and survives odd settings`() {
        var backoff = Backoff(Reconnect(minimum: .zero, maximum: .zero, random: .seconds(-1)))

        for _ in 0..<100 { #expect(backoff.wait(after: lost, jitter: 0.5) == .milliseconds(10)) }
    }

    @Test func `begins anew once a connection proved good`() {
        var backoff = Backoff(Reconnect())
        for _ in 0..<5 { _ = backoff.wait(after: lost, jitter: 0) }

        backoff.connectionProved()

        #expect(backoff.wait(after: lost, jitter: 0) == .seconds(3))
    }

    @Test func `is long once the server says again that it holds an older connection`() {
        var backoff = Backoff(Reconnect())

        let waits = [duplicate, duplicate, LinkFailure(.httpStatus(409)), lost, duplicate].map {
            backoff.wait(after: $0, jitter: 0)
        }

        #expect(waits == [.seconds(3), .seconds(60), .seconds(60), .seconds(24), .seconds(48)])
    }

    @Test func `stays long where such a server lets a message through first`() {
        var backoff = Backoff(Reconnect())
        _ = backoff.wait(after: duplicate, jitter: 0)

        backoff.connectionProved()

        #expect(backoff.wait(after: duplicate, jitter: 0) == .seconds(60))
    }
}
