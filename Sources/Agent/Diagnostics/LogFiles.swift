import ChargePointCore
import OCPP
import Units

/// What goes into a log file, as texts by their names; nothing secret is left in them.
struct LogFiles: Sendable {
    private(set) var files: [(name: String, text: String)] = []
    private var redaction: Redaction

    init(redaction: Redaction) { self.redaction = redaction }

    mutating func add(_ name: String, _ lines: [String]) {
        let text = lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
        files.append((name, redaction(text)))
    }

    /// Lines of comma separated values; a text with a comma, a quote or a line's end in it is quoted (RFC 4180).
    mutating func addTable(_ name: String, _ header: [String], _ rows: [[String]]) {
        add(name, ([header] + rows).map { $0.map(Self.cell).joined(separator: ",") })
    }

    private static func cell(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

extension LogFiles {
    mutating func addSecurityLog(_ entries: [SecurityLogEntry]) {
        addTable(
            "security-log.csv", ["number", "time", "isTimeTrusted", "event", "critical", "waiting", "info"],
            entries.map { entry in
                [
                    "\(entry.number)", "\(entry.time.time)", "\(entry.time.isTrusted)", entry.event.rawValue,
                    "\(entry.event.isCritical)",
                    "\(entry.isWaiting)", entry.info?.text ?? "",
                ]
            })
    }

    mutating func addSessions(_ sessions: [SessionEntry]) {
        addTable(
            "sessions.csv",
            [
                "id", "connectorId", "idTag", "startedAt", "stoppedAt", "meterStartWh", "meterStopWh", "stopReason",
                "transactionId",
                "delivery", "flags",
            ],
            sessions.map { session in
                [
                    session.session.text, "\(session.connectorId)", Redaction.shortened(session.idTag.text), "\(session.startedAt)",
                    session.stoppedAt.map { "\($0)" } ?? "", "\(session.meterStart.value)",
                    session.meterStop.map { "\($0.value)" } ?? "",
                    session.reason?.rawValue ?? "", session.transactionId.map { "\($0)" } ?? "", session.delivery.rawValue,
                    session.flags.map(\.rawValue).sorted().joined(separator: " "),
                ]
            })
    }

    mutating func addQueue(_ entries: [QueueEntry]) {
        addTable(
            "queue.csv", ["id", "session", "action", "state", "attempts", "lastError", "createdAt"],
            entries.map { entry in
                [
                    "\(entry.id)", entry.session.text, entry.action.rawValue, entry.isParked ? "parked" : "queued",
                    "\(entry.attempts)",
                    entry.lastError ?? "", "\(entry.createdAt)",
                ]
            })
    }

    mutating func addConfiguration(_ values: [KeyValue], _ facts: [(name: String, value: String)]) {
        let file = facts.map { "\($0.name): \($0.value)" }
        let keys = values.map { pair in
            let value = Redaction.isSecret(key: pair.key.text) ? "***" : pair.value?.text ?? ""
            return "\(pair.key.text): \(value)\(pair.readonly ? " (read-only)" : "")"
        }
        add(
            "configuration.txt",
            ["# The configuration file, without its secrets"] + file + ["", "# OCPP configuration keys"] + keys)
    }

    mutating func addStatus(_ view: ChargePointView, _ link: LinkState?, _ board: BoardProfile) {
        var lines = [
            "clock: \(view.clock.source.rawValue), offset \(view.clock.offset) to the system's",
            "registration: \(view.registration?.rawValue ?? "none")", "connected: \(view.isLinkOpen)",
            "last connection error: \(link?.lastError ?? "none")", "status: \(view.status.rawValue), \(view.errorCode.rawValue)",
            "reader: \(view.readerFailure ?? "no failure")", "records: \(view.storageFailure ?? "durable")",
            "messages: \(view.queue.queued) queued, \(view.queue.parked) parked", "", "board: \(board.model)",
        ]
        for profile in board.connectors { lines.append("\(profile)") }
        lines.append("")
        for connector in view.connectors {
            lines += [
                "connector \(connector.id): \(connector.status.rawValue), \(connector.errorCode.rawValue) \(connector.info ?? "")",
                "  \(connector.availability.rawValue), plugged \(connector.isPlugged), vehicle \(connector.vehicleState.rawValue), "
                    + "contactor \(connector.contactor.rawValue), lock \(connector.lock?.rawValue ?? "none"), "
                    + "offer \(connector.offeredCurrent.map { "\($0.value) A by \(connector.limitedBy ?? "?")" } ?? "none")",
                "  meter: \(connector.meter.map { "\($0)" } ?? "no fresh reading")",
                "  session: \(connector.transaction?.session.text ?? "none")",
            ]
        }
        add("status.txt", lines)
    }
}
