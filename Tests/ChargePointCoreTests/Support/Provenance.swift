import Testing

/// The section of the specification that a test's rule comes from.
struct Provenance: SuiteTrait, TestTrait {
    var section: String
}

extension Trait where Self == Provenance {
    /// A section of OCPP 1.6 edition 2, or "errata N" for its errata sheet.
    static func ocpp(_ section: String) -> Self { Provenance(section: section) }
    /// A use case or requirement of OCPP 1.6's security whitepaper, edition 3.
    static func whitepaper(_ requirement: String) -> Self { Provenance(section: "Security \(requirement)") }
    /// A section of OCPP-J 1.6, or "errata N" for its errata sheet.
    static func ocppJ(_ section: String) -> Self { Provenance(section: "J \(section)") }
}
