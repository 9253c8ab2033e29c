/// The local API on TCP.
public struct WebConfiguration: Sendable, Equatable {
    /// Name or address to listen on.
    public var host: String
    /// 0: any that is free.
    public var port: Int
    /// Of user `admin`; nil: only what needs no password is answered.
    public var password: String?
    /// Whether `GET /metrics` needs no password.
    public var publicMetrics: Bool

    public init(host: String, port: Int, password: String?, publicMetrics: Bool = false) {
        self.host = host
        self.port = port
        self.password = password
        self.publicMetrics = publicMetrics
    }
}
