import Hummingbird
import HTTPTypes

/// Browser sessions, on TCP alone.
func loginRoutes(_ gate: WebGate) -> [Route] {
    [
        Route(.post, "/v1/login", "Open a browser session: sets a cookie", fields: ["password"], isPublic: true) { call in
            guard let password = try call.body.text("password", upTo: 1000) else {
                throw APIError.invalid("password is missing: the text of web.password is expected")
            }
            var response = Response.done
            response.headers[.setCookie] = try gate.logIn(password: password, from: call.peer)
            return response
        },
        Route(.post, "/v1/logout", "End the browser session") { call in
            if let token = call.sessionToken { gate.logOut(token) }
            var response = Response.done
            response.headers[.setCookie] = "\(WebGate.cookie)=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
            return response
        },
    ]
}
