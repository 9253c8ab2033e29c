import ChargePointCore
import OCPP
import Testing
import Units

@testable import Persistence

@Suite struct `An outage of weeks` {
    @Test func `drains 100,000 messages in order, with a page cache that stays small`() throws {
        let stage = try Stage(.sqlite)
        let database = try #require((stage.store as? SQLiteRecordStore)?.database)
        // What is tested is not durability.
        try database.execute("PRAGMA synchronous = OFF")
        let (count, batch) = (100_000, 5_000)
        try stage.store.commit([.transactionBegan(start("s")), .meterValues("s", 1, sample(0, at: 0))])
        // A sample every second, copied from the first to save time.
        try database.execute(
            """
            INSERT INTO messages (session, kind, created_at, connector, boot, uptime, trusted, sampled_values)
            WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < \(count - 1))
            SELECT session, kind, created_at + number * 1000, connector, boot, uptime, trusted, sampled_values
            FROM messages, numbers WHERE kind = 'meterValues'
            """)
        #expect(try stage.store.queueCounts().queued == count + 1)
        _ = try stage.store.drain(limit: 1)

        var mostCached = 0
        for first in stride(from: 0, to: count, by: batch) {
            let head = try #require(try stage.store.queueHead())
            guard case .meterValues(1, let samples) = head.content else { break }
            #expect(samples.map(\.time.time) == [noon + .seconds(first)])
            // Ids ascend by one: a whole batch is answered at once, to save time.
            try stage.store.commit((0..<batch).map { .messageDelivered(head.id + Int64($0)) })
            mostCached = max(mostCached, database.cachedBytes)
        }

        #expect(mostCached < 3_000_000)
        #expect(try stage.store.queueCounts() == QueueCounts())
        #expect(try stage.store.queueHead() == nil)
    }
}
