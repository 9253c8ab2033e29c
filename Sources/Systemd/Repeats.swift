/// Which log lines are too much: the same line more than a few times a minute tells nothing new, and fills a small disk.
struct Repeats {
    struct Line: Hashable {
        var level: Int
        var text: String
    }

    struct Entry {
        var since: Duration
        var count: Int
    }

    /// How often the same line passes in each `window`.
    static let limit = 5
    static let window = Duration.seconds(60)
    /// Different lines that are remembered; beyond that, every line passes.
    static let memory = 64

    private var entries: [Line: Entry] = [:]

    /// Whether the line passes, seen at this uptime.
    mutating func passes(_ line: Line, at uptime: Duration) -> Bool {
        guard var entry = entries[line] else {
            if entries.count < Self.memory { entries[line] = Entry(since: uptime, count: 1) }
            return true
        }
        entry.count += 1
        entries[line] = entry
        return entry.count <= Self.limit
    }

    /// Forgets lines whose window is over.
    /// - Returns: those of them that did not all pass, and how many did not.
    mutating func expire(at uptime: Duration) -> [(line: Line, held: Int)] {
        let over = entries.filter { uptime >= $0.value.since + Self.window }
        for line in over.keys { entries[line] = nil }
        return over.filter { $0.value.count > Self.limit }.map { ($0.key, $0.value.count - Self.limit) }
            .sorted { ($0.line.level, $0.line.text) < ($1.line.level, $1.line.text) }
    }
}
