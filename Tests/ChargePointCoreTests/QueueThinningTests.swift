import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

/// An outage of weeks: sampled meter values are thinned, starts and stops never.
@Suite(.ocpp("3.7")) struct `A queue that is very long` {
    /// A charge point whose store says that so many messages wait; the head is asked for and answered by hand.
    private struct Stage {
        var chargePoint: ChargePoint
        var uptime = Duration.seconds(1000)
        var queued: Int

        init(queued: Int) {
            self.queued = queued
            let settings = ChargePointSettings.test()
            let snapshot = Snapshot(wasEverAccepted: true, queue: QueueCounts(queued: queued))
            let moment = Moment(uptime: uptime, systemTime: .begin, systemClock: .synchronised, entropy: 1)
            chargePoint = ChargePoint(
                restoring: snapshot, settings: settings,
                configuration: ConfigurationTable(
                    board: settings.board, values: ["MeterValueSampleInterval": "1", "AllowOfflineTxForUnknownId": "true"]),
                at: moment)
        }

        /// - Returns: how often the queue was thinned.
        mutating func feed(_ input: Input) -> Int {
            let moment = Moment(uptime: uptime, systemTime: .begin + uptime, systemClock: .synchronised, entropy: 1)
            let reaction = chargePoint.handle(input, at: moment)
            let thinnings = reaction.record.count { $0 == .meterValuesThinned }
            for record in reaction.record {
                switch record {
                case .transactionBegan, .meterValues, .transactionEnded: queued += 1
                default: break
                }
            }
            return thinnings + reaction.then.reduce(0) { $0 + answer($1) }
        }

        private mutating func answer(_ effect: Effect) -> Int {
            switch effect {
            case .readMeter(let id): feed(.board(.meter(connector: id.value, MeterReading(energyImport: 1000, power: 0))))
            case .offer(let id, let current?) where current > 0: feed(.board(.pilot(connector: id.value, .c)))
            case .lock(let id): feed(.board(.lock(connector: id.value, .locked)))
            case .loadQueueHead: feed(.queueHead(head, QueueCounts(queued: queued)))
            default: 0
            }
        }

        var head: QueuedMessage? {
            let time = RecordedTime(time: .begin, boot: 1, uptime: .seconds(1), isTrusted: true)
            let start = TransactionStart(
                session: SessionId("old"), connectorId: 1, idTag: .card, meterStart: 5, time: time, isReported: true)
            return QueuedMessage(id: 1, session: start.session, attempts: 0, content: .start(start), transactionId: .pending)
        }

        /// Begins to charge, offline; every second a meter value joins the queue.
        mutating func charge() -> Int {
            var thinnings = feed(.started) + feed(.board(.cable(connector: 1, isPlugged: true)))
            thinnings += feed(.board(.pilot(connector: 1, .b)))
            return thinnings + feed(.cardPresented(.card, CardLookup(), connectors: nil))
        }

        mutating func advance(seconds: Int) -> Int {
            (0..<seconds).reduce(0) { thinnings, _ in
                uptime += .seconds(1)
                return thinnings + feed(.board(.meter(connector: 1, MeterReading(energyImport: 1000, power: 0)))) + feed(.tick)
            }
        }
    }

    @Test func `is thinned when 100,000 messages wait, not before`() {
        var stage = Stage(queued: 99_900)
        #expect(stage.charge() == 0)

        #expect(stage.advance(seconds: 90) == 0)
        #expect(stage.advance(seconds: 20) == 1)
    }

    @Test func `that cannot be thinned is tried again a thousand messages later, not at each`() {
        var stage = Stage(queued: 99_990)
        var thinnings = stage.charge()

        thinnings += stage.advance(seconds: 3500)

        #expect((3...4).contains(thinnings))
    }

    @Test func `that was thinned is left alone until it is as long again`() {
        var stage = Stage(queued: 99_990)
        var thinnings = stage.charge() + stage.advance(seconds: 20)
        #expect(thinnings == 1)

        stage.queued = 50_000
        _ = stage.feed(.queueHead(stage.head, QueueCounts(queued: stage.queued)))
        thinnings = stage.advance(seconds: 2000)

        #expect(thinnings == 0)
    }

    @Test func `is thinned once at a start that finds it`() {
        var stage = Stage(queued: 250_000)

        let thinnings = stage.charge() + stage.advance(seconds: 500)

        #expect(thinnings == 1)
    }

    @Test func `is looked at again on disk, so that its length is known`() {
        var stage = Stage(queued: 250_000)
        _ = stage.feed(.started)
        #expect(stage.chargePoint.view.queue.queued == 250_000)

        stage.queued = 125_000
        _ = stage.feed(.queueHead(stage.head, QueueCounts(queued: stage.queued)))

        #expect(stage.chargePoint.view.queue.queued == 125_000)
    }

    @Test func `is counted anew while the Central System keeps the charge point waiting`() {
        var stage = Stage(queued: 99_900)
        _ = stage.feed(.linkOpened)
        var thinnings = stage.charge() + stage.advance(seconds: 110)
        #expect(thinnings == 1)
        stage.queued = 50_000

        thinnings = stage.advance(seconds: 1100)
        #expect(thinnings <= 1)
        #expect(stage.chargePoint.view.queue.queued < 60_000)
    }

    @Test func `is not touched while nothing can be recorded`() {
        var stage = Stage(queued: 250_000)
        #expect(stage.feed(.storageFailed("disk full")) == 0)

        #expect(stage.feed(.storageRecovered) == 1)
    }

    @Test func `still tells everything but the thinned values, in order`() throws {
        var world = try World.accepted(keys: [.meterValueSampleInterval: "10", .allowOfflineTxForUnknownId: "true"])
        world.disconnect()
        for idTag in [IdToken.card, .other, .colleague] {
            world.charge(1, idTag)
            world.advance(.seconds(98))
            world.present(idTag)
            world.advance(.seconds(5))
            world.unplug()
        }
        try world.store.commit([.meterValuesThinned])
        world.forget()

        world.connect()

        let actions = world.calls.map(\.action).filter { $0 != .statusNotification }
        let session: [Action] = [.startTransaction] + Array(repeating: .meterValues, count: 5) + [.stopTransaction]
        #expect(actions == session + session + session)
        #expect(world.chargePoint.view.queue == QueueCounts())
        #expect(world.sessions.allSatisfy { $0.delivery == .delivered })
    }
}
