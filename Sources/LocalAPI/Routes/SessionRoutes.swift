import ChargePointCore
import HTTPTypes
import Hummingbird
import LocalAPIModels
import NIOCore
import OCPP
import Units

/// Charging sessions as the ledger tells them, as JSON by pages or as one CSV file.
func sessionRoutes(_ access: any ChargePointAccess) -> [Route] {
    [
        Route(.get, "/v1/sessions", "Charging sessions, newest first", query: ["from", "to", "limit", "cursor", "format"]) { call in
            let limit = try call.integer("limit", 1...1000)
            let cursor = try call.integer("cursor", Int64.min...Int64.max)
            var query = SessionQuery(from: try call.time("from"), to: try call.time("to"), limit: Int(limit ?? 100), cursor: cursor)
            switch call.query["format"] ?? "json" {
            case "json":
                let page = try await access.sessions(query)
                return try .json(SessionPageReport(sessions: page.sessions.map { SessionReport($0) }, next: page.next))
            case "csv":
                // Without limit and cursor the file holds everything, page after page.
                let isWhole = limit == nil && cursor == nil
                if isWhole { query.limit = 500 }
                return csv(first: try await access.sessions(query), query, isWhole: isWhole, access)
            case let other:
                throw APIError.invalid("format: json or csv is expected, found '\(other.prefix(64))'")
            }
        }
    ]
}

private func csv(first: SessionPage, _ query: SessionQuery, isWhole: Bool, _ access: any ChargePointAccess) -> Response {
    let body = ResponseBody { writer in
        var query = query
        var page = first
        try await writer.write(ByteBuffer(string: SessionReport.csvHeader))
        while true {
            try await writer.write(ByteBuffer(string: page.sessions.map { SessionReport($0).csvLine }.joined()))
            guard isWhole, let next = page.next else { break }
            query.cursor = next
            // A failure here ends the connection before the last chunk, so that a part is never taken for the whole.
            page = try await access.sessions(query)
        }
        try await writer.finish(nil)
    }
    return Response(
        status: .ok,
        headers: [
            .contentType: "text/csv; charset=utf-8; header=present", .contentDisposition: "attachment; filename=\"sessions.csv\"",
        ], body: body)
}

extension Call {
    func time(_ name: String) throws(APIError) -> Timestamp? {
        guard let text = query[name] else { return nil }
        // A plus sign in a query is often sent as it is, and arrives as a blank where somebody decodes it as a form.
        guard let time = Timestamp(text) ?? Timestamp(text + "T00:00:00Z") else {
            throw .invalid("\(name): a date and time such as 2026-11-22T09:00:00Z is expected, found '\(text.prefix(64))'")
        }
        return time
    }
}
