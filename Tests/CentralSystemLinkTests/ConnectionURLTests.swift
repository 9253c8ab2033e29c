import CentralSystemLink
import Testing

@Suite struct `The connection URL` {
    @Test(arguments: [
        ("ws://centralsystem.example.com/ocpp", "CP001", "ws://centralsystem.example.com/ocpp/CP001"),
        ("ws://centralsystem.example.com/ocppj", "RDAM 123", "ws://centralsystem.example.com/ocppj/RDAM%20123"),
        ("ws://h/ocpp/", "CP001", "ws://h/ocpp/CP001"),
        ("ws://h", "CP001", "ws://h/CP001"),
        ("ws://h/", "CP001", "ws://h/CP001"),
        ("ws://h/a", "b/c", "ws://h/a/b%2Fc"),
        ("ws://h/a", "Säule", "ws://h/a/S%C3%A4ule"),
        ("ws://h/a", "50%#?", "ws://h/a/50%25%23%3F"),
        ("ws://h/a", "{id}", "ws://h/a/%7Bid%7D"),
        ("ws://h/a", "a-b.c_d~e:f", "ws://h/a/a-b.c_d~e%3Af"),
        ("ws://h/ocpp/{id}/", "CP 1", "ws://h/ocpp/CP%201/"),
        ("ws://h/ocpp?cp={id}", "CP&1", "ws://h/ocpp?cp=CP%261"),
        ("ws://h/{id}/{id}", "{id}", "ws://h/%7Bid%7D/%7Bid%7D"),
        ("ws://h/ocpp?token=1/2", "CP001", "ws://h/ocpp/CP001?token=1/2"),
        ("ws://h?token=1", "CP001", "ws://h/CP001?token=1"),
        ("ws://h/my path/%20/ü", "CP001", "ws://h/my%20path/%20/%C3%BC/CP001"),
        ("WS://Example.COM:80/Ocpp", "CP001", "ws://example.com/Ocpp/CP001"),
        ("ws://h:8080/", "CP001", "ws://h:8080/CP001"),
        ("ws://h:/", "CP001", "ws://h/CP001"),
        ("wss://h:443/a", "CP001", "wss://h/a/CP001"),
        ("wss://h:80/a", "CP001", "wss://h:80/a/CP001"),
        ("ws://[2001:DB8::1]:9000/a", "CP001", "ws://[2001:db8::1]:9000/a/CP001"),
        ("ws://[::1]", "CP001", "ws://[::1]/CP001"),
    ])
    func `joins base URL and identity in one place`(base: String, identity: String, final: String) throws {
        #expect(try ConnectionURL.finalURL(base: base, identity: identity).description == final)
    }

    @Test(arguments: [
        ("", "ws://host:port/path"), ("example.com/ocpp", "ws://host:port/path"), ("ftp://h/", "ws or wss"),
        ("http://h/", "ws:// instead"), ("ws:///path", "host is missing"), ("ws://h:0/", "1 to 65535"),
        ("ws://h:65536/", "1 to 65535"),
        ("ws://h:8a/", "1 to 65535"), ("ws://h:99999999999999999999/", "1 to 65535"), ("ws://::1/", "brackets"),
        ("ws://[::1/", "closing bracket"), ("ws://[h]/", "not an IPv6"), ("ws://[::1]x/", "':' and a port"),
        ("ws://h/a#b", "%23"), ("ws://h/a\r\nX: y", "line break"), ("ws://sp ace/", "letters"), ("ws://müller.de/", "xn--"),
        ("ws://{id}.example.com/", "letters"),
    ])
    func `is refused with what to change`(base: String, words: String) {
        let failure = #expect(throws: LinkFailure.self) { try ConnectionURL.finalURL(base: base, identity: "CP001") }
        #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
    }

    @Test func `never repeats a password that stands in it`() {
        let failure = #expect(throws: LinkFailure.self) {
            try ConnectionURL.finalURL(base: "ws://user:secret@h/a", identity: "CP001")
        }
        #expect(failure?.description.contains("authorizationKey") == true)
        #expect(failure?.description.contains("secret") == false)
    }

    @Test func `needs an identity`() {
        #expect(throws: LinkFailure.self) { try ConnectionURL.finalURL(base: "ws://h/", identity: "") }
    }
}
