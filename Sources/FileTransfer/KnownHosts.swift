#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The keys by which SFTP servers are known (ssh(1), `~/.ssh/known_hosts`).
enum KnownHosts {
    /// In the home of the daemon's user; nil: it has none.
    static func path(home: String? = home) -> String? { home.map { "\($0)/.ssh/known_hosts" } }

    private static var home: String? {
        if let home = getenv("HOME") { return String(cString: home) }
        return getpwuid(getuid()).map { String(cString: $0.pointee.pw_dir) }
    }

    /// Without that file some versions of curl take every server for the right one: then it is not even asked.
    static func check(_ url: TransferURL, path: String? = path()) throws(TransferFailure) {
        guard url.scheme == .sftp else { return }
        if let path, access(path, R_OK) == 0 { return }
        throw TransferFailure(
            .untrusted,
            "\(url): no key of the server is known. Put its line into \(path ?? ".ssh/known_hosts"), readable for the daemon's user: "
                + "`ssh-keyscan HOST`, compared with what the server's operator says.")
    }
}
