import FoundationEssentials

/// A meter reading with the meter's own signature, carried as JSON text in `SampledValue.value` with format SignedData
/// (OCPP 1.6 signed meter values §3.2.1).
public struct SignedMeterValueType: Codable, Sendable, Equatable {
    /// Base64 of what the meter signed, in its own encoding.
    public var signedMeterData: LimitedString<2_500>
    /// Empty when the signed data says it itself.
    public var signingMethod: String
    /// `OCMF`, `EDL` or another format's name.
    public var encodingMethod: String
    /// Base64; empty when the key is not to be sent along.
    public var publicKey: LimitedString<2_500>

    public init(
        signedMeterData: LimitedString<2_500>, signingMethod: String, encodingMethod: String, publicKey: LimitedString<2_500>
    ) {
        self.signedMeterData = signedMeterData
        self.signingMethod = signingMethod
        self.encodingMethod = encodingMethod
        self.publicKey = publicKey
    }

    /// What goes into `SampledValue.value`.
    public var text: String { encodedJSON(self) }
}

extension SignedMeterValueType {
    /// What a meter signed; nil when it is longer than the message has room for: a signature cut short proves nothing.
    ///
    /// - Parameters:
    ///   - signedData: in the meter's own encoding, signature included.
    ///   - publicKey: as `oca:base16:asn1:…` (§3.2.2); nil: it is not sent along.
    public init?(signedData: [UInt8], signingMethod: String, encodingMethod: String, publicKey: String?) {
        guard let data = LimitedString<2_500>(Self.base64(signedData)),
            let key = LimitedString<2_500>(publicKey.map { Self.base64(Array($0.utf8)) } ?? "")
        else { return nil }
        self.init(signedMeterData: data, signingMethod: signingMethod, encodingMethod: encodingMethod, publicKey: key)
    }

    /// With padding and without line ends (RFC 4648 §4).
    public static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
