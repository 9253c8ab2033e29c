public import ChargePointCore
public import OCPP
import Units

extension SQLiteRecordStore {
    public func lookUp(_ idTag: IdToken) throws(RecordStoreError) -> CardLookup {
        let own = try database.first(
            "SELECT id_tag, status, expiry_at, parent_id_tag, name FROM own_cards WHERE key = ?", [idTag.storedKey]
        ) { (row) throws(RecordStoreError) in try row.ownCard() }
        let cache = try database.first(
            "SELECT status, expiry_at, parent_id_tag FROM cache WHERE key = ?", [idTag.storedKey]
        ) { (row) throws(RecordStoreError) in try row.idTagInfo() }
        let localList = try database.first(
            "SELECT status, expiry_at, parent_id_tag FROM local_list WHERE key = ?", [idTag.storedKey]
        ) { (row) throws(RecordStoreError) in try row.idTagInfo() }
        return CardLookup(own: own, localList: localList, cache: cache)
    }

    public func localListOverlap(_ entries: [AuthorizationData]) throws(RecordStoreError) -> LocalListOverlap {
        var overlap = LocalListOverlap()
        for entry in entries {
            let isKnown =
                try database.integer("SELECT EXISTS (SELECT 1 FROM local_list WHERE key = ?)", [entry.idTag.storedKey]) != 0
            guard isKnown else { continue }
            if entry.idTagInfo == nil { overlap.removed += 1 } else { overlap.replaced += 1 }
        }
        return overlap
    }

    /// Page after page by key: however long a list is, no more is read than is asked for.
    public func cards(limit: Int, after place: CardPlace?) throws(RecordStoreError) -> [CardEntry] {
        let sources = CardEntry.Source.allCases
        let first = place.flatMap { sources.firstIndex(of: $0.source) } ?? 0
        var found: [CardEntry] = []
        for source in sources[first...] {
            let key = source == place?.source ? place?.idTag.storedKey : nil
            found += try cards(source, after: key, limit: max(0, limit) - found.count)
        }
        return found
    }

    private func cards(_ source: CardEntry.Source, after key: String?, limit: Int) throws(RecordStoreError) -> [CardEntry] {
        let (table, name) =
            switch source {
            case .own: ("own_cards", "name")
            case .localList: ("local_list", "NULL")
            case .cache: ("cache", "NULL")
            }
        return try database.rows(
            """
            SELECT id_tag, status, expiry_at, parent_id_tag, \(name) FROM \(table) \(key == nil ? "" : "WHERE key > ?")
            ORDER BY key LIMIT ?
            """, (key.map { [$0] } ?? []) + [limit]
        ) { (row) throws(RecordStoreError) in
            let card = try row.ownCard()
            return CardEntry(
                idTag: card.idTag, status: card.status, expiryDate: card.expiryDate, parentIdTag: card.parentIdTag, name: card.name,
                source: source)
        }
    }
}

extension SQLiteRow {
    fileprivate mutating func ownCard() throws(RecordStoreError) -> OwnCard {
        OwnCard(
            idTag: idToken(), status: try name(AuthorizationStatus.self), expiryDate: optionalTimestamp(),
            parentIdTag: optionalIdToken(), name: optionalText())
    }

    fileprivate mutating func idTagInfo() throws(RecordStoreError) -> IdTagInfo {
        let status = try name(AuthorizationStatus.self)
        return IdTagInfo(expiryDate: optionalTimestamp(), parentIdTag: optionalIdToken(), status: status)
    }
}
