import ChargePointCore
import HTTPTypes
import Hummingbird
import LocalAPIModels
import OCPP
import Units

/// What there is to look at: status, events, metrics, queue.
func statusRoutes(_ access: any ChargePointAccess, web: WebConfiguration?, uptime: @escaping @Sendable () -> Duration) -> [Route] {
    let readers = EventReaders()
    return [
        Route(.get, "/v1/status", "The charge point as it is now") { _ in try .json(StatusReport(await access.status())) },
        Route(.get, "/v1/events", "Server-sent events: status, session, card, log") { call in
            try readers.stream(EventSource(access: access, peer: call.peer))
        },
        Route(.get, "/metrics", "Measurements in Prometheus' text format", isPublic: web?.publicMetrics ?? false) { _ in
            let samples = await access.status().metrics(uptime: uptime()) + access.metricsCounters()
            return .text(Array(samples.prometheusText.utf8), "text/plain; version=0.0.4; charset=utf-8")
        },
        Route(.get, "/v1/queue", "What waits for the central system, and what is parked", query: ["limit", "format"]) { call in
            let limit = try call.integer("limit", 1...100_000) ?? 1000
            let messages = try await access.queueEntries(limit: Int(limit)).map { QueuedMessageReport($0) }
            switch call.query["format"] ?? "json" {
            case "json":
                let counts = await access.queueCounts()
                return try .json(QueueReport(queued: counts.queued, parked: counts.parked, messages: messages))
            case "csv":
                let text = QueuedMessageReport.csvHeader + messages.map(\.csvLine).joined()
                return .text(Array(text.utf8), "text/csv; charset=utf-8; header=present")
            case let other:
                throw APIError.invalid("format: json or csv is expected, found '\(other.prefix(64))'")
            }
        },
        Route(.get, "/v1/security-log", "Security events, the oldest first", query: ["from", "to"]) { call in
            let entries = try await access.securityLog(from: try call.time("from"), to: try call.time("to"))
            return try .json(SecurityLogReport(events: entries.map { SecurityEventReport($0) }))
        },
        Route(.delete, "/v1/security-log", "Clear the security log but for what waits; that it was cleared is its next line") { _ in
            try await access.carryOut(.clearSecurityLog)
        },
        Route(.post, "/v1/queue/{id}/resend", "A parked message goes back to the queue, a parked start with its whole session") {
            call in
            guard let id = Int64(call.parameter("id")) else {
                throw APIError(
                    .notFound, "notFound",
                    "message '\(call.parameter("id").prefix(64))' is not a number; GET /v1/queue, or `ladepunkt queue list`, lists them"
                )
            }
            return try await access.carryOut(.resend(id))
        },
    ]
}

extension ChargePointAccess {
    /// Asks the charge point and gives its answer as JSON; what it refuses is thrown.
    func carryOut(_ request: OperatorRequest) async throws -> Response {
        switch await self.request(request) {
        case .accepted: return .done
        case .waiting: return try .json(StatusAnswer(status: "Waiting"), status: .accepted)
        case .refused(let refusal): throw APIError(refusal)
        case .learnt(let idTag): return try .json(LearntCardReport(idTag: idTag.text))
        case .configuration(let status, let problem):
            switch status {
            case .accepted, .rebootRequired: return try .json(StatusAnswer(status: status.rawValue))
            case .rejected:
                throw APIError(
                    .conflict, "rejected",
                    "\(problem ?? "the key is read-only or does not take this value"); GET /v1/configuration, or `ladepunkt config get`, shows what is so now",
                    ocppStatus: status.rawValue)
            case .notSupported:
                throw APIError(
                    .notFound, "unknownKey",
                    "there is no such configuration key; GET /v1/configuration, or `ladepunkt config get`, lists them",
                    ocppStatus: status.rawValue)
            }
        case .availability(let status):
            switch status {
            case .accepted, .scheduled: return try .json(StatusAnswer(status: status.rawValue))
            case .rejected:
                throw APIError(.conflict, "rejected", "the availability cannot be changed now", ocppStatus: status.rawValue)
            }
        case .unlock(let status):
            switch status {
            case .unlocked: return try .json(StatusAnswer(status: status.rawValue))
            case .unlockFailed:
                throw APIError(.conflict, "unlockFailed", await whyLocked(request), ocppStatus: status.rawValue)
            case .notSupported:
                throw APIError(.conflict, "noLock", "this connector has no plug lock", ocppStatus: status.rawValue)
            }
        }
    }

    /// A plug behind a welded contactor is held on purpose: pulling at it, or opening the lock by hand, would be the wrong advice.
    private func whyLocked(_ request: OperatorRequest) async -> String {
        if case .unlock(let id) = request, let connector = await status().view.connectors.first(where: { $0.id == id }),
            connector.contactor == .welded || connector.errorCode == .powerSwitchFailure
        {
            let what = connector.contactor == .welded ? "is welded" : "does not follow its coil"
            return """
                the plug stays locked: the contactor of connector \(id) \(what) and the plug may be live; \
                switch off upstream first, then replace the contactor
                """
        }
        return "the plug lock did not open; check the plug for tension and the lock's motor"
    }
}
