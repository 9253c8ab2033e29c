/// Events of the security whitepaper's list (§8) that the link's credentials and certificates give rise to.
enum SecurityEvent: String, Sendable {
    case invalidChargePointCertificate = "InvalidChargePointCertificate"
    case reconfigurationOfSecurityParameters = "ReconfigurationOfSecurityParameters"
}

extension ChargePoint {
    mutating func report(_ event: SecurityEvent, _ techInfo: String) { log(.notice, "\(event.rawValue): \(techInfo)") }
}
