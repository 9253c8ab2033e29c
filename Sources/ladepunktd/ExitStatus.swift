/// What the process's end says to whoever started it; part of the outside contract.
enum ExitStatus {
    /// Stopped on SIGTERM, SIGINT or SIGHUP: contactors open, ledger closed.
    static let stopped: Int32 = 0
    /// Start me again: a Reset was carried out.
    static let restart: Int32 = 10
    /// Unusable command line (EX_USAGE).
    static let usage: Int32 = 64
    /// Something that the daemon needs is missing or in use (EX_UNAVAILABLE): the ledger, a socket.
    static let unavailable: Int32 = 69
    /// Unusable configuration or board file (EX_CONFIG).
    static let configuration: Int32 = 78
}
