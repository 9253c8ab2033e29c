import OCPP

/// Which status may follow which: OCPP 1.6 §4.9's table with errata 3.20's B6, as data. Connector 0 knows three statuses alone.
enum StatusTable {
    private static let columns: [ChargePointStatus] = [
        .available, .preparing, .charging, .suspendedEV, .suspendedEVSE, .finishing, .reserved, .unavailable, .faulted,
    ]

    /// One row for each status, in the order of the columns; "x": the transition exists.
    private static let rows: [ChargePointStatus: String] = [
        .available: "-xxxx-xxx",
        .preparing: "x-xxxx--x",
        .charging: "x--xxx-xx",
        .suspendedEV: "x-x-xx-xx",
        .suspendedEVSE: "x-xx-x-xx",
        .finishing: "xx-----xx",
        .reserved: "xx-----xx",
        .unavailable: "xxxxx---x",
        .faulted: "xxxxxxxx-",
    ]

    static let chargePoint: Set<ChargePointStatus> = [.available, .unavailable, .faulted]

    static func allows(_ old: ChargePointStatus, _ new: ChargePointStatus, of connector: ConnectorId) -> Bool {
        if connector == .chargePoint { return chargePoint.contains(new) }
        guard old != new, let row = rows[old], let column = columns.firstIndex(of: new) else { return old == new }
        return Array(row)[column] == "x"
    }
}
