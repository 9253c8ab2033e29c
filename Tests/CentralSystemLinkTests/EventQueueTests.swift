@testable import CentralSystemLink
import Testing

@Suite struct `Events that wait` {
    @Test func `stop the socket at 64 messages and start it again at half of that`() {
        var queue = EventQueue()
        for number in 1...64 {
            queue.append(.text("\(number)"))
            #expect(queue.isFull == (number == 64))
        }

        for number in 1...64 {
            let event = queue.removeFirst()
            #expect(event == .text("\(number)"))
            #expect(queue.isFull == (number < 32))
        }
    }

    @Test func `of attempts that failed and pongs that came only the latest is kept`() {
        var queue = EventQueue()
        for status in 400..<500 { queue.append(.refused(LinkFailure(.httpStatus(status)))) }
        for _ in 0..<100 { queue.append(.pong) }

        let kept = (0..<3).map { _ in queue.removeFirst() }

        #expect(kept == [.refused(LinkFailure(.httpStatus(499))), .pong, nil])
    }

    @Test func `hold new connections back when nobody reads them for long`() {
        var queue = EventQueue()

        for _ in 0..<128 {
            queue.append(.connected(LinkInfo(url: "ws://h/", subprotocol: nil)))
            queue.append(.disconnected(LinkFailure(.connectionLost(""))))
        }

        #expect(queue.isFull)
    }
}
