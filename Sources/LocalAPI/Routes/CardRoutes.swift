import ChargePointCore
import HTTPTypes
import Hummingbird
import LocalAPIModels
import OCPP

/// The charge point's own card list, and its configuration keys.
func cardRoutes(_ access: any ChargePointAccess) -> [Route] {
    [
        Route(.get, "/v1/cards", "Own cards, then local list, then cache", query: ["limit", "cursor"]) { call in
            let limit = Int(try call.integer("limit", 1...10_000) ?? 1000)
            // One more than asked for: another page follows.
            var cards = try await access.cards(limit: limit + 1, after: try call.cardPlace())
            let hasMore = cards.count > limit
            if hasMore { cards.removeLast() }
            return try .json(
                CardListReport(cards: cards.map { CardReport($0) }, next: hasMore ? cards.last.map { "\($0.place)" } : nil))
        },
        Route(
            .post, "/v1/cards/learn",
            "The next card presented within 30 s is added to the own list; answers once it is. Hanging up does not end it"
        ) { _ in
            try await access.carryOut(.learnCard)
        },
        Route(.get, "/v1/cards/{idTag}", "What the charge point knows of this identifier") { call in
            let idTag = try call.idTag()
            guard let card = CardReport(idTag, await access.lookUp(idTag)) else {
                throw APIError(
                    .notFound, "unknownCard",
                    "no list knows this identifier; PUT /v1/cards/{idTag}, or `ladepunkt cards add`, adds it")
            }
            return try .json(card)
        },
        Route(.get, "/v1/cards/{idTag}/explain", "What would happen if this card were presented now, and why") { call in
            let explanation = await access.explain(try call.idTag())
            return try .json(
                CardExplanationReport(
                    idTag: call.parameter("idTag"), outcome: explanation.outcome.rawValue,
                    connectorId: explanation.connectorId?.value,
                    reason: explanation.reason))
        },
        Route(
            .put, "/v1/cards/{idTag}", "Add to the own list, or replace there",
            fields: ["status", "expiryDate", "parentIdTag", "name"]
        ) { call in
            let card = OwnCard(
                idTag: try call.idTag(), status: try call.body.word("status", among: AuthorizationStatus.allCases) ?? .accepted,
                expiryDate: try call.body.timestamp("expiryDate"), parentIdTag: try call.body.idToken("parentIdTag"),
                name: try call.body.text("name", upTo: 100))
            return try await access.carryOut(.saveCard(card))
        },
        Route(.delete, "/v1/cards/{idTag}", "Remove from the own list") { call in
            try await access.carryOut(.removeCard(call.idTag()))
        },

        Route(.get, "/v1/configuration", "OCPP configuration keys", query: ["key"]) { call in
            var keys = await access.configuration()
            if let key = call.query["key"] {
                keys = keys.filter { $0.key.text.lowercased() == key.lowercased() }
                guard !keys.isEmpty else {
                    throw APIError(
                        .notFound, "unknownKey",
                        "there is no configuration key '\(key.prefix(64))'; GET /v1/configuration, or `ladepunkt config get`, lists them"
                    )
                }
            }
            return try .json(
                ConfigurationReport(
                    configurationKey: keys.map {
                        ConfigurationKeyReport(key: $0.key.text, value: $0.value?.text, readonly: $0.readonly)
                    }))
        },
        Route(.put, "/v1/configuration/{key}", "Change a key; same checks and answers as ChangeConfiguration", fields: ["value"]) {
            call in
            let value = try call.body.required("value", "a text")
            // OCPP's values are texts; a number or a truth value is taken as its text.
            guard let text = value.scalarText else { throw call.body.wrong("value", value, "a text") }
            guard text.unicodeScalars.count <= 500 else {
                throw call.body.wrong("value", value, "a text of at most 500 characters")
            }
            return try await access.carryOut(.changeConfiguration(key: call.parameter("key"), value: text))
        },
    ]
}

extension Call {
    fileprivate func cardPlace() throws(APIError) -> CardPlace? {
        guard let text = query["cursor"] else { return nil }
        guard let place = CardPlace(text) else { throw .invalid("cursor: what the page before gave as 'next' is expected") }
        return place
    }

    fileprivate func idTag() throws(APIError) -> IdToken {
        guard let token = IdToken(parameter("idTag")) else {
            throw .invalid("idTag: an identifier of 1 to \(IdToken.maximumLength) characters is expected")
        }
        return token
    }
}
