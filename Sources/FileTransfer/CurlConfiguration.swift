/// What curl is told, in the form of its configuration file, which it reads from its standard input: a command line and an
/// environment can be read by others on the machine, a pipe cannot.
struct CurlConfiguration {
    private var lines: [String] = []

    init(_ url: TransferURL, _ limits: TransferLimits, extraTrust: String?, headers: String) {
        set("url", url.withoutUser)
        if let user = url.user { set("user", "\(user):\(url.password ?? "")") }
        switchOn("silent", "show-error", "fail", "globoff", "tlsv1.2")
        // Nothing but what the URL asks for, and from there only to what is no weaker.
        let scheme = url.isExplicitFTPS ? "ftp" : url.scheme.rawValue
        set("proto", "=\(scheme)")
        if url.scheme == .http || url.scheme == .https {
            switchOn("location")
            set("max-redirs", "\(limits.redirects)")
            set("proto-redir", url.scheme == .https ? "=https" : "=http,https")
        }
        if url.isExplicitFTPS { switchOn("ssl-reqd") }
        if url.scheme == .ftp || url.scheme == .ftps { switchOn("ftp-pasv") }
        // Beside the system's own: the folder of the system's certificates stays in force.
        if let extraTrust, url.scheme.isSecret { set("cacert", extraTrust) }
        set("connect-timeout", "\(limits.connect.components.seconds)")
        set("speed-limit", "1")
        set("speed-time", "\(limits.stall.components.seconds)")
        set("max-time", "\(limits.total.components.seconds)")
        set("dump-header", headers)
        set("user-agent", "ladepunkt")
    }

    mutating func set(_ option: String, _ value: String) {
        // A line's end would begin another option: none gets this far, and none would pass.
        let quoted = value.filter { !$0.isNewline }.replacing(#"\"#, with: #"\\"#).replacing("\"", with: #"\""#)
        lines.append("\(option) = \"\(quoted)\"")
    }

    mutating func switchOn(_ options: String...) { lines += options }

    var text: String { lines.joined(separator: "\n") + "\n" }
}
