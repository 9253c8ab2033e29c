public import Units

/// What is known about an identifier (OCPP 1.6 §7.27).
public struct IdTagInfo: Codable, Sendable, Equatable {
    /// After this the identifier should leave the authorization cache.
    public var expiryDate: Timestamp?
    /// Identifiers with the same parent may stop each other's transactions.
    public var parentIdTag: IdToken?
    public var status: AuthorizationStatus

    public init(expiryDate: Timestamp? = nil, parentIdTag: IdToken? = nil, status: AuthorizationStatus) {
        self.expiryDate = expiryDate
        self.parentIdTag = parentIdTag
        self.status = status
    }
}

/// One entry of the local authorization list (OCPP 1.6 §7.1).
public struct AuthorizationData: Codable, Sendable, Equatable {
    public var idTag: IdToken
    /// Required when the list is Full; absent in a Differential one removes the entry.
    public var idTagInfo: IdTagInfo?

    public init(idTag: IdToken, idTagInfo: IdTagInfo? = nil) {
        self.idTag = idTag
        self.idTagInfo = idTagInfo
    }
}

/// Whether an identifier may charge (OCPP 1.6 §7.2).
public enum AuthorizationStatus: String, Enumeration {
    case accepted = "Accepted"
    case blocked = "Blocked"
    case expired = "Expired"
    /// Unknown.
    case invalid = "Invalid"
    /// Already used in another transaction; only in StartTransaction.conf.
    case concurrentTx = "ConcurrentTx"
}

/// Answer to SendLocalList (OCPP 1.6 §7.47).
public enum UpdateStatus: String, Enumeration {
    case accepted = "Accepted"
    /// The list stays as it was.
    case failed = "Failed"
    case notSupported = "NotSupported"
    /// The version of a Differential list is not later than the one held.
    case versionMismatch = "VersionMismatch"
}

/// How a list changes the one held (OCPP 1.6 §7.48).
public enum UpdateType: String, Enumeration {
    case differential = "Differential"
    case full = "Full"
}

/// Answer to ClearCache (OCPP 1.6 §7.20).
public enum ClearCacheStatus: String, Enumeration {
    case accepted = "Accepted"
    case rejected = "Rejected"
}
