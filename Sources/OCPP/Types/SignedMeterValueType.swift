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
