/// What bounds a transfer.
public struct TransferLimits: Sendable, Equatable {
    /// Bytes that are taken at most.
    public var size: Int64
    /// Bytes that stay free on the disk: the ledger and everybody else need room too.
    public var reserve: Int64
    /// How long the server may take to be connected to.
    public var connect: Duration
    /// So long without a byte, and the transfer counts as broken off.
    public var stall: Duration
    public var total: Duration
    public var redirects: Int

    public init(
        size: Int64 = 1 << 30, reserve: Int64 = 32 << 20, connect: Duration = .seconds(30), stall: Duration = .seconds(60),
        total: Duration = .seconds(6 * 3600), redirects: Int = 5
    ) {
        self.size = size
        self.reserve = reserve
        self.connect = connect
        self.stall = stall
        self.total = total
        self.redirects = redirects
    }
}
