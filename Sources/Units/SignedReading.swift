/// What a meter that signs is asked to put under its signature besides its register.
public struct SigningRequest: Sendable, Equatable {
    /// Where in a transaction the reading stands.
    public enum Occasion: Sendable, Equatable {
        case begin
        case during
        case end(End)
    }

    /// How a transaction came to its end, as far as a signed record tells (OCMF 1.4, key TX).
    public enum End: String, Sendable, Equatable { case locally, remotely, byError, byPowerFailure, otherwise }

    public var occasion: Occasion
    /// Who charges.
    public var idTag: String
    /// The charge point's clock, for a meter without one of its own.
    public var time: Timestamp
    /// Whether that clock was set by a time service or a Central System.
    public var isTimeKnown: Bool

    public init(occasion: Occasion, idTag: String, time: Timestamp, isTimeKnown: Bool) {
        self.occasion = occasion
        self.idTag = idTag
        self.time = time
        self.isTimeKnown = isTimeKnown
    }
}

/// A meter's own statement of its register, signed with its own key: proof that nobody after the meter changed the number.
public struct SignedReading: Sendable, Equatable {
    /// What the meter signed together with the signature, in the meter's own encoding.
    public var data: [UInt8]
    /// `OCMF`, `EDL` or another encoding's name.
    public var encodingMethod: String
    /// Such as `ECDSA-secp256r1-SHA256`; empty where the data says it itself.
    public var signingMethod: String
    /// What it was asked for with.
    public var request: SigningRequest

    public init(data: [UInt8], encodingMethod: String, signingMethod: String = "", request: SigningRequest) {
        self.data = data
        self.encodingMethod = encodingMethod
        self.signingMethod = signingMethod
        self.request = request
    }
}
