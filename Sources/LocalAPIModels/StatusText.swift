import Units

/// Reports as aligned text for a terminal.
public enum TextTable {
    /// Columns as wide as their widest cell, two blanks between them, no blanks at a line's end.
    public static func render(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count + 2)
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}

/// Text from outside without what could steer the terminal.
public func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
}

extension StatusReport {
    /// What `ladepunkt status` prints.
    public var text: String {
        let who = "\(chargePoint.id)  \(chargePoint.vendor) \(chargePoint.model), firmware \(chargePoint.firmwareVersion)"
        var facts: [[String]] = [["Charge point", who]]
        if chargePoint.status == "Faulted" || chargePoint.status == "Unavailable" || chargePoint.errorCode != "NoError" {
            facts.append([
                "", [chargePoint.status, chargePoint.errorCode == "NoError" ? "" : chargePoint.errorCode].joined(separator: " "),
            ])
        }
        facts.append(["Central system", centralSystemText])
        if let tls = centralSystem?.tls, let first = tls.firstToExpire {
            let own = tls.clientCertificate.map { "; own certificate: \($0.daysLeft) days left" } ?? ""
            facts.append(["TLS", "\(tls.version ?? "") by \(tls.trust ?? ""), \(first.daysLeft) days left\(own)"])
        }
        facts.append(["Clock", "\(clock.time) (\(clock.source))"])
        facts.append(["Ledger", "\(ledger.queued) queued, \(ledger.parked) parked"])
        if let localList { facts.append(["Local list", "version \(localList.version), \(localList.length) identifiers"]) }
        for reservation in reservations {
            let place = reservation.connectorId == 0 ? "any connector" : "connector \(reservation.connectorId)"
            facts.append(["Reserved", "\(place) for \(reservation.idTag) until \(reservation.expiryDate)"])
        }
        if let update = firmwareUpdate { facts.append(["Firmware update", update.text]) }
        if let failure = ledger.storageFailure { facts.append(["Storage failure", failure]) }
        if let failure = reader.failure { facts.append(["Card reader", failure]) }

        var rows = [
            ["Connector", "Status", "Cable", "Vehicle", "Contactor", "Closings", "Offered", "Power", "Register", "Session"]
        ]
        rows += connectors.map(\.cells)
        let notes = connectors.compactMap(\.note)
        return TextTable.render(facts.map { $0.map(printable) }) + "\n" + TextTable.render(rows.map { $0.map(printable) })
            + notes.map { printable($0) + "\n" }.joined()
    }

    private var centralSystemText: String {
        guard let centralSystem else { return "none (standalone)" }
        let state = centralSystem.connected ? "connected" : "not connected"
        let registration = centralSystem.registration.map { ", \($0)" } ?? ""
        let error = centralSystem.connected ? "" : centralSystem.lastError.map { ": \($0)" } ?? ""
        return "\(centralSystem.url)  \(state)\(registration)\(error)"
    }
}

extension FirmwareUpdateReport {
    fileprivate var text: String {
        let kind = signed ? "signed" : "unsigned"
        let waiting = untold > 0 ? "; the central system has not heard of the last \(untold)" : ""
        return stage == "scheduled" ? "\(kind), not before \(retrieveAt)\(waiting)" : "\(kind), \(status ?? stage)\(waiting)"
    }
}

extension ConnectorReport {
    fileprivate var cells: [String] {
        [
            String(id), status, cablePlugged ? "plugged" : "none", vehicleState, contactor,
            contactorClosings.map { String($0) } ?? "–",
            offeredCurrentA.map { "\(decimal($0)) A" } ?? "–",
            meter?.powerW.map { "\(decimal($0)) W" } ?? "–", meter.map { "\($0.energyWh)" } ?? "–", session,
        ]
    }

    private var session: String {
        guard let transaction else { return "–" }
        let energy = meter.map { ", \($0.energyWh - transaction.meterStartWh)" } ?? ""
        return "\(transaction.idTag) since \(transaction.startedAt)\(energy)"
    }

    /// What a table has no room for: faults, and what limits the current.
    fileprivate var note: String? {
        var notes: [String] = []
        if errorCode != "NoError" {
            notes.append([errorCode, vendorErrorCode, info].compactMap(\.self).joined(separator: ", "))
        }
        if let closings = contactorClosings, let rated = contactorRatedClosings, closings >= rated {
            notes.append("the contactor has closed \(closings) times and is rated for \(rated): replace it")
        }
        if let limitedBy { notes.append("current limited by \(limitedBy)") }
        return notes.isEmpty ? nil : "Connector \(id): " + notes.joined(separator: "; ")
    }
}

/// At most one decimal place, none where it would be zero.
func decimal(_ number: Double) -> String {
    guard number.isFinite, abs(number) < 1e15 else { return String(number) }
    let tenths = Int64((number * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let whole = abs(tenths) / 10
    let rest = abs(tenths) % 10
    return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
}
