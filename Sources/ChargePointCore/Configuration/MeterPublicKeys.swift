import OCPP
import Units

// MeterPublicKey1, MeterPublicKey2, …: one read-only key for each connector whose meter signs (signed meter values §3.3.1).
extension ConfigurationTable {
    static func publicKeyName(_ connector: ConnectorProfile) -> String { "MeterPublicKey\(connector.id)" }

    /// The connector that such a key is about; nil: it is another key, or that meter does not sign.
    func connector(ofPublicKey name: String) -> ConnectorProfile? {
        let lowercased = name.lowercased()
        guard lowercased.hasPrefix("meterpublickey") else { return nil }
        return board.connectors.first { $0.meter?.publicKey != nil && Self.publicKeyName($0).lowercased() == lowercased }
    }

    /// "The value of this configuration key SHALL be as specified in 3.2.2": Base64 of `oca:base16:asn1:…`.
    func publicKey(of connector: ConnectorProfile) -> KeyValue {
        KeyValue(
            key: CiString(truncating: Self.publicKeyName(connector)), readonly: true,
            value: CiString(truncating: SignedMeterValueType.base64(Array((connector.meter?.publicKey ?? "").utf8))))
    }
}

extension BoardProfile {
    var hasSigningMeter: Bool { connectors.contains { $0.meter?.publicKey != nil } }
}
