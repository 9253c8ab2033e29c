public import OCPP

/// A change of the Local Authorization List that was accepted: it becomes durable as a whole or not at all (OCPP 1.6 §3.5.2, §5.15).
public struct LocalListUpdate: Sendable, Equatable {
    /// What the list is called afterwards; 0 for an empty one (§5.10).
    public var version: Int
    /// Full: the entries are the whole list. Differential: each is added, replaced, or, without idTagInfo, removed.
    public var type: UpdateType
    /// Each identifier once.
    public var entries: [AuthorizationData]

    public init(version: Int, type: UpdateType, entries: [AuthorizationData]) {
        self.version = version
        self.type = type
        self.entries = entries
    }
}

/// The Local Authorization List as the core knows it: the entries stay on disk.
public struct LocalListSummary: Sendable, Equatable {
    /// 0: the list is empty.
    public var version: Int
    public var length: Int

    public init(version: Int = 0, length: Int = 0) {
        self.version = version
        self.length = length
    }
}

/// How the identifiers of a differential update meet those that the list has.
public struct LocalListOverlap: Sendable, Equatable {
    /// Entries to set whose identifiers the list has already.
    public var replaced: Int
    /// Entries to remove whose identifiers the list has.
    public var removed: Int

    public init(replaced: Int = 0, removed: Int = 0) {
        self.replaced = replaced
        self.removed = removed
    }
}
