import Agent
import ConfigurationFile
import Testing

private func configuration(_ text: String, file: String = "/etc/ladepunkt/l.yaml") throws(ConfigurationError) -> DaemonConfiguration
{
    try DaemonConfiguration(Node.parse(text: text, file: file))
}

private func refusal(_ text: String) -> String? {
    do {
        _ = try configuration(text, file: "l.yaml")
        return nil
    } catch {
        return error.description
    }
}

@Suite struct `The daemon's configuration` {
    @Test func `has a default for everything`() throws {
        let read = try configuration("")

        #expect(read == DaemonConfiguration())
        #expect(read.board == "simulated")
        #expect(read.dataDirectory == "/var/lib/ladepunkt")
        #expect(read.control.socket == "/run/ladepunkt/control.sock")
        #expect(
            read.chargePoint.vendor == "Ladepunkt" && read.chargePoint.model == "Ladepunkt" && read.chargePoint.id == "ladepunkt")
        #expect(read.centralSystem == nil && read.web == nil && read.ocpp.isEmpty && read.connectors == nil)
    }

    @Test func `reads every key`() throws {
        let read = try configuration(
            """
            board: simulated               # or a board file
            connectors: 2
            dataDirectory: /data
            chargePoint:
              id: cp001
              vendor: Example
              model: Wallbox 11
              serialNumber: "0001"
              chargeBoxSerialNumber: 0002
              firmwareVersion: 1.0.0
              afterPowerLoss: resume
              onMeterFailure: continue
              hardReset: board
              chargeBeforeFirstAccepted: true
              freeVend: true
              freeVendIdTag: FREE
            centralSystem:
              url: wss://example.org:8443/ocpp/{id}/?a=b
              securityProfile: 3
              authorizationKey: correct-horse-16+
              authorizationKeyFormat: text
              caFile: ca.pem
              clientCertificate: ./cp.pem
              clientKey: pkcs11:token=x
              verifyHostname: false
              reconnect: {minimumSeconds: 1, maximumSeconds: 20, randomSeconds: 0}
            control: {socket: control.sock}
            web: {listen: "[::1]:8080", password: long enough, publicMetrics: true}
            firmware: {caFile: manufacturer.pem, install: /usr/lib/ladepunkt/install-firmware}
            ocpp:
              HeartbeatInterval: 300
              LocalPreAuthorize: no
              LightIntensity:
              SupportedFeatureProfiles: Core,FirmwareManagement
            """)

        var expected = DaemonConfiguration()
        expected.connectors = 2
        expected.dataDirectory = "/data"
        expected.chargePoint.id = "cp001"
        expected.chargePoint.vendor = "Example"
        expected.chargePoint.model = "Wallbox 11"
        expected.chargePoint.serialNumber = "0001"
        expected.chargePoint.chargeBoxSerialNumber = "0002"
        expected.chargePoint.firmwareVersion = "1.0.0"
        expected.chargePoint.afterPowerLoss = .resume
        expected.chargePoint.onMeterFailure = .continue
        expected.chargePoint.hardReset = .board
        expected.chargePoint.chargeBeforeFirstAccepted = true
        expected.chargePoint.freeVend = true
        expected.chargePoint.freeVendIdTag = "FREE"
        var centralSystem = DaemonConfiguration.CentralSystemSection(url: "wss://example.org:8443/ocpp/{id}/?a=b")
        centralSystem.securityProfile = 3
        centralSystem.authorizationKey = "correct-horse-16+"
        centralSystem.authorizationKeyFormat = .text
        centralSystem.caFile = "/etc/ladepunkt/ca.pem"
        centralSystem.clientCertificate = "/etc/ladepunkt/cp.pem"
        centralSystem.clientKey = "pkcs11:token=x"
        centralSystem.verifyHostname = false
        centralSystem.reconnect.minimum = .seconds(1)
        centralSystem.reconnect.maximum = .seconds(20)
        centralSystem.reconnect.random = .zero
        expected.centralSystem = centralSystem
        expected.control.socket = "/etc/ladepunkt/control.sock"
        expected.web = .init(host: "::1", port: 8080, password: "long enough", publicMetrics: true)
        expected.firmware.caFile = "/etc/ladepunkt/manufacturer.pem"
        expected.firmware.install = "/usr/lib/ladepunkt/install-firmware"
        let file = "/etc/ladepunkt/l.yaml"
        expected.ocpp = [
            .init(key: "HeartbeatInterval", text: "300", file: file, line: 31),
            .init(key: "LocalPreAuthorize", text: "no", file: file, line: 32),
            .init(key: "SupportedFeatureProfiles", text: "Core,FirmwareManagement", file: file, line: 34),
        ]
        #expect(read == expected)
    }

    @Test(arguments: [
        ("{}", true), ("{caFile: m.pem}", false), ("{caFile: m.pem, allowUnsigned: true}", true), ("{allowUnsigned: false}", false),
    ])
    func `takes unsigned firmware unless it says that firmware is signed`(section: String, isTaken: Bool) throws {
        #expect(try configuration("firmware: \(section)", file: "l.yaml").firmware.allowsUnsigned == isTaken)
    }

    @Test(arguments: [
        ("board: olimex.yaml", "/etc/ladepunkt/l.yaml", "/etc/ladepunkt/olimex.yaml"),
        ("board: ../b.yaml", "conf/l.yaml", "conf/../b.yaml"), ("board: b.yaml", "l.yaml", "b.yaml"),
        ("board: ./simulated", "/etc/l.yaml", "/etc/simulated"), ("board: ./simulated", "l.yaml", "./simulated"),
        ("board: /b.yaml", "/etc/l.yaml", "/b.yaml"), ("board: simulated", "/etc/l.yaml", "simulated"),
    ])
    func `resolves relative paths against its own folder`(text: String, file: String, board: String) throws {
        #expect(try configuration(text, file: file).board == board)
    }

    @Test(arguments: [
        ("bord: x", "l.yaml:1, bord: unknown key 'bord'. Did you mean 'board'?"),
        (
            "board: b.yaml\nconnectors: 2",
            "l.yaml:2, connectors: a board file says itself which connectors there are. Remove this key."
        ),
        ("connectors: 33", "l.yaml:1, connectors: 33 is out of range. Write a whole number from 1 to 32."),
        (
            "chargePoint: {vendor: A vendor with a long name}",
            "l.yaml:1, chargePoint.vendor: the text has 25 characters. Write at most 20"
        ),
        (
            "chargePoint:\n  hardReset: deamon",
            "l.yaml:2, chargePoint.hardReset: 'deamon' is not known here. Did you mean 'daemon'?"
        ),
        ("centralSystem: {url: ws://h/}", "l.yaml:1, chargePoint: this section is missing, but a central system is named."),
        ("centralSystem: {url: ws://h/}\nchargePoint: {model: x}", "l.yaml:2, chargePoint.id: this key is missing."),
        ("web: {listen: 8080}", "l.yaml:1, web.listen: this is not an address and a port."),
        ("web: {listen: \":8080\"}", "web.listen: this is not an address and a port."),
        ("web: {listen: \"127.0.0.1:0\"}", "web.listen: this is not an address and a port."),
        ("web: {listen: \"127.0.0.1:65536\"}", "web.listen: this is not an address and a port."),
        ("web: {listen: \"::1:8080\"}", "web.listen: this is not an address and a port."),
        ("web: {listen: \"0.0.0.0:80\"}", "l.yaml:1, web.password: others than this machine can connect to 0.0.0.0, but there is"),
        ("web: {listen: \"127.evil.org:80\"}", "web.password: others than this machine can connect"),
        ("web: {listen: \"127.0.0.1:80\", password: short}", "l.yaml:1, web.password: the text has 5 characters. Write at least 8"),
        ("control: {socket: /\(String(repeating: "x", count: 107))}", "l.yaml:1, control.socket: the path has 108 bytes"),
        ("ocpp: {A: 1, a: 2}", "l.yaml:1, ocpp.a: this key stands already in line 1; upper and lower case are the same."),
        ("ocpp: {A: [1]}", "l.yaml:1, ocpp.A: a single value is needed here, this is a list."),
        ("ocpp: [A]", "l.yaml:1, ocpp: a section of keys is needed here, this is a list."),
        ("ocpp: {\(String(repeating: "k", count: 51)): 1}", "the key is longer than 50 characters."),
        ("ocpp: {k: \(String(repeating: "v", count: 501))}", "l.yaml:1, ocpp.k: the text has 501 characters. Write at most 500"),
    ])
    func `refuses a mistake with line, path and remedy`(text: String, message: String) {
        let refusal = refusal(text)

        #expect(refusal?.contains(message) == true, "\(refusal ?? "read")")
    }

    @Test(arguments: [
        ("securityProfile: 1", "l.yaml:4, centralSystem.authorizationKey: security profile 1 needs this key, and it is missing."),
        ("securityProfile: 2", "authorizationKey: security profile 2 needs this key"),
        ("securityProfile: 3", "clientCertificate: security profile 3 needs this key"),
        ("{securityProfile: 3, clientCertificate: c.pem}", "clientKey: security profile 3 needs this key"),
        (
            "{securityProfile: 2, authorizationKey: 0123456789012345}",
            "l.yaml:6, centralSystem.url: security profile 2 is TLS, but the URL begins with ws://. Write wss://"
        ),
        ("{clientCertificate: c.pem}", "clientKey: a client certificate and its key belong together."),
        ("securityProfile: 4", "l.yaml:4, centralSystem.securityProfile: 4 is out of range."),
        ("authorizationKey: secret", "centralSystem.authorizationKey: the text has 6 characters. Write at least 16 characters."),
        ("authorizationKeyFormat: hexx", "'hexx' is not known here. Did you mean 'hex'?"),
        ("{authorizationKeyFormat: hex, authorizationKey: ghghghghghghghghgh}", "but the key is not an even number of"),
        (
            "reconnect: {minimumSeconds: 400}",
            "centralSystem.reconnect.minimumSeconds: minimumSeconds (400) is more than maximumSeconds"
        ),
        ("reconnect: {maximumSeconds: 1}", "centralSystem.reconnect.maximumSeconds: minimumSeconds (3) is more than"),
        ("reconnect: {minimumSeconds: -1}", "-1 is out of range."),
        ("verifyHostname: no", "'no' is neither true nor false. Write true or false."),
        ("verifyHostnam: true", "unknown key 'verifyHostnam'. Did you mean 'verifyHostname'?"),
    ])
    func `refuses credentials that cannot work`(lines: String, message: String) {
        let inner = lines.hasPrefix("{") ? String(lines.dropFirst().dropLast()) : lines
        let entries = inner.contains("{") ? [inner] : inner.split(separator: ", ").map { String($0) }

        let refusal = refusal(
            "chargePoint:\n  id: cp\ncentralSystem:\n" + (entries + ["url: ws://h/"]).map { "  \($0)\n" }.joined())

        #expect(refusal?.contains(message) == true, "\(refusal ?? "read")")
        #expect(refusal?.contains("ghgh") != true)
    }

    @Test func `refuses an identity that Basic authentication cannot carry`() {
        #expect(
            refusal("chargePoint: {id: 'a:b'}\ncentralSystem: {url: ws://h, authorizationKey: 0123456789012345}")
                == "l.yaml:1, chargePoint.id: the identity has a colon in it, which Basic authentication cannot carry. "
                + "Choose an identity without a colon.")
    }

    @Test(arguments: [
        "ws://h", "ws://127.0.0.1:9000/ocpp", "WSS://Example.org/a%20b/{id}/", "ws://[::1]:80/x?y=z", "ws://under_score.local/",
    ])
    func `takes a WebSocket URL`(url: String) throws {
        let read = try configuration("chargePoint: {id: cp}\ncentralSystem: {url: '\(url)'}")

        #expect(read.centralSystem?.url == url)
    }

    @Test(arguments: [
        ("http://h/", "does not begin with ws:// or wss://"), ("h:80", "does not begin with"), ("ws:///x", "no usable host"),
        ("ws://h:0/", "no usable host and port"), ("ws://h:99999/", "no usable host and port"),
        ("ws://h:/", "no usable host and port"),
        ("ws://u:p@h/", "names a user or password"), ("ws://h/#x", "has a fragment"),
        ("ws://h/a b", "a blank or another character"),
        ("ws://hä/", "a blank or another character"), ("ws://::1/", "no usable host"), ("ws://[::1/", "no usable host"),
        ("ws://[x]/", "no usable host"), ("ws://?x", "no usable host"),
    ])
    func `refuses another URL`(url: String, message: String) {
        let refusal = refusal("chargePoint: {id: cp}\ncentralSystem:\n  url: '\(url)'")

        #expect(refusal?.contains(message) == true, "\(refusal ?? "read")")
        #expect(refusal?.hasPrefix("l.yaml:3, centralSystem.url: the URL ") == true)
    }

    @Test func `is refused when its file is missing`() {
        #expect(throws: ConfigurationError.self) { try DaemonConfiguration.load(path: "/nonexistent/l.yaml") }
    }
}
