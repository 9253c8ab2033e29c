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
        ) { (row) throws(RecordStoreError) in
            let status = try row.name(AuthorizationStatus.self)
            return IdTagInfo(expiryDate: row.optionalTimestamp(), parentIdTag: row.optionalIdToken(), status: status)
        }
        return CardLookup(own: own, localList: nil, cache: cache)
    }

    public func cards(limit: Int) throws(RecordStoreError) -> [CardEntry] {
        try database.rows(
            """
            SELECT id_tag, status, expiry_at, parent_id_tag, name, 'own' AS source, 0 AS place, key FROM own_cards
            UNION ALL SELECT id_tag, status, expiry_at, parent_id_tag, NULL, 'cache', 2, key FROM cache
            ORDER BY place, key LIMIT ?
            """, [max(0, limit)]
        ) { (row) throws(RecordStoreError) in
            let card = try row.ownCard()
            return CardEntry(
                idTag: card.idTag, status: card.status, expiryDate: card.expiryDate, parentIdTag: card.parentIdTag, name: card.name,
                source: try row.name(CardEntry.Source.self))
        }
    }
}

extension SQLiteRow {
    fileprivate mutating func ownCard() throws(RecordStoreError) -> OwnCard {
        OwnCard(
            idTag: idToken(), status: try name(AuthorizationStatus.self), expiryDate: optionalTimestamp(),
            parentIdTag: optionalIdToken(), name: optionalText())
    }
}
