import ChargePointCore
import NIOEmbedded
import OCPP
import Synchronization
import Testing
import Units

@testable import Agent

@Suite struct `The inbox` {
    private func inbox() -> Inbox { Inbox(arrived: Alarm(eventLoop: EmbeddedEventLoop())) }

    private func next(_ inbox: Inbox) async -> String {
        switch await inbox.next(within: .zero) {
        case .board(let event): "\(event)"
        case .link: "link"
        case .request: "request"
        case .barrier: "barrier"
        case .outcome: "outcome"
        case .shutdown: "shutdown"
        case nil: "nothing"
        }
    }

    @Test func `hands out shutdown first, then safety, then the rest, however they came`() async {
        let inbox = inbox()
        _ = inbox.put(.stop(1)) { _ in }
        inbox.put(.opened)
        inbox.put(.card(idTag: "A", connectors: nil))
        inbox.put(.pilot(connector: 1, .a))
        inbox.putShutdown()

        var order: [String] = []
        for _ in 0..<5 { order.append(await next(inbox)) }

        #expect(
            order == [
                "shutdown", "\(BoardEvent.pilot(connector: 1, .a))", "\(BoardEvent.card(idTag: "A", connectors: nil))", "link",
                "request",
            ])
    }

    @Test func `keeps only the latest reading of each meter`() async {
        let inbox = inbox()
        inbox.put(.meter(connector: 2, MeterReading(energyImport: 5)))
        inbox.put(.meter(connector: 1, MeterReading(energyImport: 1)))
        inbox.put(.meter(connector: 1, MeterReading(energyImport: 2)))

        #expect(await next(inbox) == "\(BoardEvent.meter(connector: 1, MeterReading(energyImport: 2)))")
        #expect(await next(inbox) == "\(BoardEvent.meter(connector: 2, MeterReading(energyImport: 5)))")
        #expect(inbox.isEmpty)
    }

    @Test func `turns requests away past its bound`() {
        let inbox = inbox()
        for _ in 0..<Inbox.requestLimit { #expect(inbox.put(.stop(1)) { _ in }) }

        #expect(!inbox.put(.stop(1)) { _ in })
    }

    @Test func `lets go of everybody who waits when the loop has ended`() {
        let inbox = inbox()
        let answers = Mutex<[String]>([])
        _ = inbox.put(.stop(1)) { answer in
            if case .refused(let refusal) = answer { answers.withLock { $0.append(refusal.code.rawValue) } }
        }
        inbox.putBarrier { answers.withLock { $0.append("barrier") } }

        inbox.close()
        inbox.putBarrier { answers.withLock { $0.append("late") } }

        #expect(answers.withLock { $0 } == ["shuttingDown", "barrier", "late"])
        #expect(!inbox.put(.stop(1)) { _ in })
    }
}

@Suite struct `The backlog of a store that fails` {
    private func begin(_ name: String) -> Record {
        .transactionBegan(
            TransactionStart(
                session: SessionId(name), connectorId: 1, idTag: "A", meterStart: 0,
                time: RecordedTime(time: Timestamp(seconds: 0), boot: 1, uptime: .zero, isTrusted: true), isReported: true))
    }

    @Test func `spares begins and ends of sessions when it is full`() {
        var backlog = Backlog()
        backlog.add([begin("first")], at: .zero)
        backlog.add(Array(repeating: .messageAttempted(1, attempts: 1, error: ""), count: Backlog.limit), at: .zero)

        backlog.add([begin("last")], at: .seconds(1))

        #expect(backlog.records.count == Backlog.limit)
        #expect(backlog.records.first == begin("first"))
        #expect(backlog.records.last == begin("last"))
    }

    @Test func `is tried again every five seconds`() {
        var backlog = Backlog()

        backlog.add([begin("a")], at: .seconds(10))
        backlog.add([begin("b")], at: .seconds(12))
        #expect(backlog.retryAt == .seconds(15))

        backlog.failedAgain(at: .seconds(15))
        #expect(backlog.retryAt == .seconds(20))

        backlog.written()
        #expect(backlog.isEmpty)
    }
}
