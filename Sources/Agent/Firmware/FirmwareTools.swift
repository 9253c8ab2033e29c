public import FileTransfer

/// With what firmware is fetched, judged and installed.
public struct FirmwareTools: Sendable {
    /// Where the file lies meanwhile; made when it is needed.
    public var directory: String
    public var curl: Curl
    public var installer: FirmwareInstaller
    /// Texts in PEM form: the manufacturer's roots and revocation lists as they are now.
    public var roots: @Sendable () async -> [String]

    public init(
        directory: String, curl: Curl, installer: FirmwareInstaller, roots: @escaping @Sendable () async -> [String] = { [] }
    ) {
        self.directory = directory
        self.curl = curl
        self.installer = installer
        self.roots = roots
    }

    /// The file under its name.
    var image: String { directory + "/image" }
}

/// What installs a file that was fetched.
public enum FirmwareInstaller: Sendable, Equatable {
    /// `firmware.install`.
    case program(String)
    /// The simulated board: nothing changes, after so long.
    case simulated(duration: Duration, restarts: Bool)
    /// Nothing is configured.
    case none
}
