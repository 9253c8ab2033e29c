import Hummingbird
import HTTPTypes
import LocalAPIModels

/// `GET /v1/openapi.json`, made from the table of routes itself, so that it cannot fall behind.
func openAPIRoute(describing routes: [Route]) -> Route {
    var paths: [String: [String: JSONValue]] = [:]
    for route in routes where route.path != "/" {
        paths[route.path, default: [:]][route.method.rawValue.lowercased()] = route.openAPI
    }
    let document = JSONValue.object([
        "openapi": .text("3.1.0"),
        "info": .object(["title": .text("Ladepunkt local API"), "version": .text("1")]),
        "paths": .object(paths.mapValues { .object($0) }),
        "components": .object([
            "schemas": .object([
                "Error": .object([
                    "type": .text("object"), "required": .list([.text("error")]),
                    "properties": .object([
                        "error": .object([
                            "type": .text("object"), "required": .list([.text("code"), .text("message")]),
                            "properties": .object(["code": textSchema, "message": textSchema]),
                        ]),
                        "status": textSchema,
                    ]),
                ])
            ]),
            "securitySchemes": .object(["password": .object(["type": .text("http"), "scheme": .text("basic")])]),
        ]),
    ])
    return Route(.get, "/v1/openapi.json", "This description", isPublic: true) { _ in try .json(document) }
}

private let textSchema = JSONValue.object(["type": .text("string")])

extension Route {
    fileprivate var openAPI: JSONValue {
        let named = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
        let parameters =
            named.map { parameter($0, "path", isRequired: true) } + query.map { parameter($0, "query", isRequired: false) }
        var operation: [String: JSONValue] = [
            "summary": .text(summary),
            "security": .list(isPublic ? [] : [.object(["password": .list([])])]),
            "responses": .object([
                "200": .object(["description": .text("done")]),
                "default": .object([
                    "description": .text("what, where, what to do"),
                    "content": .object([
                        "application/json": .object(["schema": .object(["$ref": .text("#/components/schemas/Error")])])
                    ]),
                ]),
            ]),
        ]
        if !parameters.isEmpty { operation["parameters"] = .list(parameters) }
        if !fields.isEmpty {
            let schema = JSONValue.object([
                "type": .text("object"), "additionalProperties": .bool(false),
                "properties": .object(Dictionary(uniqueKeysWithValues: fields.map { ($0, JSONValue.object([:])) })),
            ])
            operation["requestBody"] = .object(["content": .object(["application/json": .object(["schema": schema])])])
        }
        return .object(operation)
    }

    private func parameter(_ name: String, _ place: String, isRequired: Bool) -> JSONValue {
        .object(["name": .text(name), "in": .text(place), "required": .bool(isRequired), "schema": textSchema])
    }
}
