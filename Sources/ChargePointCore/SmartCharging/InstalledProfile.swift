public import OCPP
import Units

/// A charging profile that this charge point keeps until it is replaced, cleared, or its transaction ends (OCPP 1.6 §3.13, errata 3.37).
public struct InstalledProfile: Sendable, Equatable {
    public var profile: ChargingProfile
    /// 0: the charge point as a whole (ChargePointMaxProfile), or every connector (TxDefaultProfile).
    public var connectorId: ConnectorId
    /// The session that a TxProfile lives and dies with; nil for the other purposes.
    public var session: SessionId?
    /// When it came: where a ChargePointMaxProfile begins that names no start.
    public var installedAt: RecordedTime

    public init(profile: ChargingProfile, connectorId: ConnectorId, session: SessionId? = nil, installedAt: RecordedTime) {
        self.profile = profile
        self.connectorId = connectorId
        self.session = session
        self.installedAt = installedAt
    }

    /// Unique on this charge point (OCPP 1.6 §7.8).
    public var id: Int { profile.chargingProfileId }

    /// Whether a new profile takes this one's place: "the same chargingProfileId, or the same combination of stackLevel /
    /// ChargingProfilePurpose" (OCPP 1.6 §5.16.3), the latter on the same connector and for the same transaction.
    func isReplaced(by other: InstalledProfile) -> Bool {
        id == other.id
            || connectorId == other.connectorId && session == other.session && profile.stackLevel == other.profile.stackLevel
                && profile.chargingProfilePurpose == other.profile.chargingProfilePurpose
    }

    /// Whether a ClearChargingProfile means it: the id alone where one is given, else all other fields together (errata 3.25, 3.26).
    func isMeant(by request: ClearChargingProfile) -> Bool {
        if let id = request.id { return self.id == id }
        return connectorId == request.connectorId ?? connectorId && profile.stackLevel == request.stackLevel ?? profile.stackLevel
            && profile.chargingProfilePurpose == request.chargingProfilePurpose ?? profile.chargingProfilePurpose
    }
}
