import Units

extension SessionPageReport {
    /// What `ladepunkt sessions` prints.
    public var text: String {
        guard !sessions.isEmpty else { return "No sessions.\n" }
        var rows = [["Started", "Stopped", "Connector", "Card", "Energy", "Reason", "Transaction", "Delivery", "Remarks"]]
        for session in sessions {
            rows.append([
                session.startedAt.description, session.stoppedAt?.description ?? "open", String(session.connectorId), session.idTag,
                session.energyWh?.description ?? "–", session.stopReason ?? "–", session.transactionId.map { String($0) } ?? "–",
                session.delivery, session.flags.joined(separator: " "),
            ])
        }
        return TextTable.render(rows.map { $0.map(printable) })
    }
}

extension QueueReport {
    /// What `ladepunkt queue list` prints.
    public var text: String {
        let counts = "\(queued) queued, \(parked) parked\n"
        guard !messages.isEmpty else { return counts }
        var rows = [["Message", "Action", "State", "Attempts", "Created", "Session", "Last error"]]
        for message in messages {
            rows.append([
                String(message.id), message.action, message.state, String(message.attempts), message.createdAt.description,
                message.sessionId, message.lastError ?? "",
            ])
        }
        return counts + TextTable.render(rows.map { $0.map(printable) })
    }
}

extension CardExplanationReport {
    /// What `ladepunkt cards explain` prints.
    public var text: String {
        let place = connectorId.map { " (connector \($0))" } ?? ""
        return "Card \(printable(idTag)): \(outcome)\(place): \(printable(reason)).\n"
    }
}

extension CardListReport {
    /// What `ladepunkt cards list` prints.
    public var text: String {
        guard !cards.isEmpty else { return "No cards.\n" }
        var rows = [["Card", "Status", "Source", "Expires", "Parent", "Name"]]
        for card in cards {
            rows.append([
                card.idTag, card.status, card.source, card.expiryDate?.description ?? "", card.parentIdTag ?? "", card.name ?? "",
            ])
        }
        return TextTable.render(rows.map { $0.map(printable) })
    }
}

extension ConfigurationReport {
    /// What `ladepunkt config get` prints: `key = value`, read-only keys marked.
    public var text: String {
        configurationKey.map { printable("\($0.key) = \($0.value ?? "")\($0.readonly ? "  (read-only)" : "")") + "\n" }.joined()
    }
}

extension SimulatorReport {
    /// What `ladepunkt simulate show` prints.
    public var text: String {
        var rows = [["Connector", "Register", "Contactor", "Cable", "Locked", "Vehicle", "Drawn", "Power", "Closings"]]
        for connector in connectors {
            rows.append([
                String(connector.id), connector.registerWh.description, connector.contactor,
                connector.cablePlugged ? "plugged" : "none",
                connector.locked ? "yes" : "no", connector.vehicleState, connector.energyDrawnWh.description,
                "\(decimal(connector.powerW)) W", String(connector.closings),
            ])
        }
        return TextTable.render(rows)
    }
}
