import Testing

/// Where a test's rule comes from: the specification ledger in the documentation is made of these.
struct Provenance: SuiteTrait, TestTrait {
    /// Section, erratum, use case or requirement.
    var place: String
}

extension Trait where Self == Provenance {
    /// A section of OCPP 1.6 edition 2.
    static func ocpp(_ section: String) -> Self { Provenance(place: section) }
    /// A section of OCPP-J 1.6.
    static func ocppJ(_ section: String) -> Self { Provenance(place: section) }
    /// An entry of the errata sheet of OCPP 1.6, or "J N" for one of the errata sheet of OCPP-J 1.6.
    static func errata(_ number: String) -> Self { Provenance(place: number) }
    /// A use case or requirement of OCPP 1.6's security whitepaper, edition 3.
    static func whitepaper(_ requirement: String) -> Self { Provenance(place: requirement) }
    /// A section of "Signed Meter Values in OCPP", version 1.0.
    static func signedMeterValues(_ section: String) -> Self { Provenance(place: section) }
}
