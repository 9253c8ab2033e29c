import Agent
import ConfigurationFile
import Testing

@Suite struct `A configuration that is printed` {
    private static let text = """
        chargePoint: {id: cp001}
        centralSystem:
          url: wss://central.example/ocpp
          securityProfile: 3
          authorizationKey: topsecret-authorization
          clientCertificate: cp.pem
          clientKey: "pkcs11:object=cp;pin-value=topsecret-pin"
        web: {listen: "127.0.0.1:8080", password: topsecret-web}
        ocpp: {AuthorizationKey: topsecret-over-ocpp, HeartbeatInterval: 300}
        """

    @Test func `shows no secret, however it is printed`() throws {
        let configuration = try DaemonConfiguration(Node.parse(text: Self.text, file: "ladepunkt.yaml"))
        var dumped = ""
        dump(configuration, to: &dumped)

        for printed in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!printed.contains("topsecret"))
            #expect(printed.contains("central.example"))
        }
    }
}
