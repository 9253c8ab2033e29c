import ConfigurationFile

extension DaemonConfiguration {
    /// Who this charge point is and how it behaves when something fails.
    public struct ChargePointSection: Sendable, Equatable {
        /// The identity at the central system; percent-encoded into the URL's path (OCPP-J 1.6 §3.1.1).
        public var id = "ladepunkt"
        /// BootNotification.chargePointVendor, at most 20 characters (OCPP 1.6 §6.3), as those that follow.
        public var vendor = "Ladepunkt"
        /// At most 20 characters.
        public var model = "Ladepunkt"
        /// At most 25 characters.
        public var serialNumber: String?
        /// At most 25 characters.
        public var chargeBoxSerialNumber: String?
        /// At most 50 characters; `nil`: the daemon's own version.
        public var firmwareVersion: String?
        public var afterPowerLoss = AfterPowerLoss.stop
        public var onMeterFailure = OnMeterFailure.stop
        public var hardReset = HardReset.daemon
        /// Sells before any central system ever accepted this charge point (OCPP 1.6 §4.2.1).
        public var chargeBeforeFirstAccepted = false
        /// Every vehicle charges without a card.
        public var freeVend = false
        /// The idTag of sessions without a card, at most 20 characters.
        public var freeVendIdTag: String?

        public enum AfterPowerLoss: String, Sendable, CaseIterable { case stop, resume }
        public enum OnMeterFailure: String, Sendable, CaseIterable { case stop, `continue` }
        public enum HardReset: String, Sendable, CaseIterable { case daemon, board }

        public init() {}

        init(_ reader: inout MappingReader, for centralSystem: CentralSystemSection?) throws(ConfigurationError) {
            id = try reader.optionalString("id", length: 1...255) ?? id
            if let centralSystem { try checkIdentity(&reader, centralSystem) }
            vendor = try reader.optionalString("vendor", length: 1...20) ?? vendor
            model = try reader.optionalString("model", length: 1...20) ?? model
            serialNumber = try reader.optionalString("serialNumber", length: 1...25)
            chargeBoxSerialNumber = try reader.optionalString("chargeBoxSerialNumber", length: 1...25)
            firmwareVersion = try reader.optionalString("firmwareVersion", length: 1...50)
            afterPowerLoss = try reader.optionalEnumeration("afterPowerLoss") ?? afterPowerLoss
            onMeterFailure = try reader.optionalEnumeration("onMeterFailure") ?? onMeterFailure
            hardReset = try reader.optionalEnumeration("hardReset") ?? hardReset
            chargeBeforeFirstAccepted = try reader.optionalBoolean("chargeBeforeFirstAccepted") ?? chargeBeforeFirstAccepted
            freeVend = try reader.optionalBoolean("freeVend") ?? freeVend
            freeVendIdTag = try reader.optionalString("freeVendIdTag", length: 1...20)
        }

        /// A part of the URL and the user name of Basic authentication: towards a central system it is the installer's choice.
        private func checkIdentity(
            _ reader: inout MappingReader, _ centralSystem: CentralSystemSection
        ) throws(ConfigurationError) {
            _ = try reader.node("id")
            if centralSystem.authorizationKey != nil, id.contains(":") {
                throw reader.error(
                    "id", "the identity has a colon in it, which Basic authentication cannot carry",
                    "Choose an identity without a colon.")
            }
        }
    }

    /// The local API on a Unix domain socket; always on.
    public struct ControlSection: Sendable, Equatable {
        public var socket = "/run/ladepunkt/control.sock"

        public init() {}

        init(_ reader: inout MappingReader, in folder: Folder) throws(ConfigurationError) {
            socket = try reader.optionalPath("socket", in: folder) ?? socket
            guard socket.utf8.count <= 107 else {
                throw reader.error(
                    "socket", "the path has \(socket.utf8.count) bytes; the system allows 107",
                    "Choose a shorter one, such as under /run.")
            }
        }
    }

    /// The local API and the page on TCP.
    public struct WebSection: Sendable, Equatable {
        /// A name or an address; IPv6 without its brackets.
        public var host: String
        public var port: Int
        /// At least 8 characters; always there when others than this machine can connect.
        public var password: String?
        /// Metrics are given without the password.
        public var publicMetrics = false

        public init(host: String, port: Int, password: String? = nil, publicMetrics: Bool = false) {
            self.host = host
            self.port = port
            self.password = password
            self.publicMetrics = publicMetrics
        }

        init(_ reader: inout MappingReader) throws(ConfigurationError) {
            let listen = try reader.string("listen")
            guard let address = HostAndPort(listen), let port = address.port, port > 0 else {
                throw reader.error(
                    "listen", "this is not an address and a port",
                    "Write it as \"127.0.0.1:8080\", or \"0.0.0.0:8080\" for all networks.")
            }
            host = address.host
            self.port = port
            password = try reader.optionalString("password", length: 8...256)
            publicMetrics = try reader.optionalBoolean("publicMetrics") ?? publicMetrics
            if password == nil, !isLoopback {
                throw reader.error(
                    "password", "others than this machine can connect to \(host), but there is no password",
                    "Add 'password: …' with at least 8 characters, or listen on 127.0.0.1.")
            }
        }

        /// Only this machine can connect.
        public var isLoopback: Bool {
            let host = host.lowercased()
            if host == "localhost" || host == "::1" { return true }
            // All of 127.0.0.0/8, but no host name such as 127.example.org.
            let parts = host.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
        }
    }

    /// Who may sign firmware and what installs it.
    public struct FirmwareSection: Sendable, Equatable {
        public var caFile: String?
        /// The program that installs a verified image.
        public var install: String?
        /// UpdateFirmware, which nobody signs, is carried out; `nil`: unless `caFile` says that firmware is signed.
        public var allowUnsigned: Bool?

        /// Whether UpdateFirmware is carried out.
        public var allowsUnsigned: Bool { allowUnsigned ?? (caFile == nil) }

        public init() {}

        init(_ reader: inout MappingReader, in folder: Folder) throws(ConfigurationError) {
            caFile = try reader.optionalPath("caFile", in: folder)
            install = try reader.optionalPath("install", in: folder)
            allowUnsigned = try reader.optionalBoolean("allowUnsigned")
        }
    }
}

extension DaemonConfiguration {
    /// Where the central system is and how this charge point proves who it is.
    public struct CentralSystemSection: Sendable, Equatable {
        /// `ws://…` or `wss://…`; the identity is appended to it, or put where it says `{id}`.
        public var url: String
        /// 0 none, 1 Basic authentication, 2 TLS and Basic authentication, 3 TLS and a client certificate.
        public var securityProfile = 0
        /// 16 to 40 characters. A secret: never logged, never in a message.
        public var authorizationKey: String?
        public var authorizationKeyFormat = AuthorizationKeyFormat.auto
        /// `nil`: the system's trust.
        public var caFile: String?
        public var clientCertificate: String?
        /// A file, or a provider's URI such as `pkcs11:…` or `handle:0x81000001`.
        public var clientKey: String?
        public var verifyHostname = true
        /// What kind of key a signing request is made for.
        public var keyAlgorithm = KeyAlgorithm.p256
        public var reconnect = Reconnect()
        private var places = Places()

        /// What 32 to 40 hexadecimal digits mean: bytes or text.
        public enum AuthorizationKeyFormat: String, Sendable, CaseIterable { case auto, text, hex }

        public enum KeyAlgorithm: String, Sendable, CaseIterable { case p256, rsa3072 }

        /// How long to wait before connecting again: doubling from `minimum` up to `maximum`, and up to `random` more each time.
        public struct Reconnect: Sendable, Equatable {
            public var minimum = Duration.seconds(3)
            public var maximum = Duration.seconds(300)
            public var random = Duration.seconds(3)

            public init() {}

            init(_ reader: inout MappingReader) throws(ConfigurationError) {
                let day = 86_400.0
                if let seconds = try reader.optionalNumber("minimumSeconds", in: 0...day) { minimum = .seconds(seconds) }
                if let seconds = try reader.optionalNumber("maximumSeconds", in: 0...day) { maximum = .seconds(seconds) }
                if let seconds = try reader.optionalNumber("randomSeconds", in: 0...day) { random = .seconds(seconds) }
                guard minimum <= maximum else {
                    throw reader.error(
                        reader.contains("minimumSeconds") ? "minimumSeconds" : "maximumSeconds",
                        "minimumSeconds (\(minimum.components.seconds)) is more than maximumSeconds (\(maximum.components.seconds))",
                        "Write a minimumSeconds that is not above maximumSeconds.")
                }
            }
        }

        public init(url: String) { self.url = url }

        init(_ reader: inout MappingReader, in folder: Folder) throws(ConfigurationError) {
            url = try reader.string("url", length: 1...512)
            if let flaw = Self.flaw(ofURL: url) {
                throw reader.error("url", flaw, "Write it as ws://host:port/path or wss://host:port/path.")
            }
            securityProfile = try reader.optionalInteger("securityProfile", in: 0...3) ?? securityProfile
            authorizationKey = try reader.optionalString("authorizationKey", length: 16...40)
            authorizationKeyFormat = try reader.optionalEnumeration("authorizationKeyFormat") ?? authorizationKeyFormat
            caFile = try reader.optionalPath("caFile", in: folder)
            clientCertificate = try reader.optionalPath("clientCertificate", in: folder)
            if let key = try reader.optionalString("clientKey") { clientKey = Self.isProviderURI(key) ? key : folder.resolved(key) }
            keyAlgorithm = try reader.optionalEnumeration("keyAlgorithm") ?? keyAlgorithm
            verifyHostname = try reader.optionalBoolean("verifyHostname") ?? verifyHostname
            reconnect =
                try reader.optionalMapping("reconnect") { (inner) throws(ConfigurationError) in try Reconnect(&inner) } ?? reconnect
            try checkCredentials(reader)
            places = Places(reader, ["caFile", "clientCertificate", "clientKey"])
        }

        private func checkCredentials(_ reader: MappingReader) throws(ConfigurationError) {
            switch securityProfile {
            case 1, 2:
                if authorizationKey == nil {
                    throw reader.error(
                        "authorizationKey", "security profile \(securityProfile) needs this key, and it is missing",
                        "Add 'authorizationKey: …' with the password that the central system knows, 16 to 40 characters.")
                }
            case 3:
                for (key, value) in [("clientCertificate", clientCertificate), ("clientKey", clientKey)] where value == nil {
                    throw reader.error(
                        key, "security profile 3 needs this key, and it is missing", "Add '\(key): …' with the path of a PEM file.")
                }
            default: break
            }
            if authorizationKeyFormat == .hex, let key = authorizationKey,
                !key.utf8.allSatisfy(\.isHexDigit) || key.utf8.count % 2 != 0
            {
                throw reader.error(
                    "authorizationKey", "authorizationKeyFormat is hex, but the key is not an even number of hexadecimal digits",
                    "Correct the key, or write 'authorizationKeyFormat: text'.")
            }
            if (clientCertificate == nil) != (clientKey == nil) {
                throw reader.error(
                    clientKey == nil ? "clientKey" : "clientCertificate", "a client certificate and its key belong together",
                    "Add this key, or remove the other one.")
            }
            if securityProfile >= 2, !isSecure {
                throw reader.error(
                    "url", "security profile \(securityProfile) is TLS, but the URL begins with ws://",
                    "Write wss://, or choose security profile 0 or 1 inside a protected network.")
            }
        }

        /// What is wrong with a WebSocket URL, in words that do not repeat it: somebody may have put a password there.
        static func flaw(ofURL url: String) -> String? {
            guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !#""<>\^`|"#.utf8.contains($0) }) else {
                return "the URL has a blank or another character in it that must be percent-encoded"
            }
            let lowercased = url.lowercased()
            guard let scheme = ["ws://", "wss://"].first(where: lowercased.hasPrefix) else {
                return "the URL does not begin with ws:// or wss://"
            }
            let rest = url.dropFirst(scheme.count)
            guard !rest.contains("#") else { return "the URL has a fragment ('#…')" }
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            guard !authority.contains("@") else { return "the URL names a user or password; that is what authorizationKey is for" }
            guard let address = HostAndPort(String(authority)), address.port != 0 else {
                return "the URL has no usable host and port"
            }
            return nil
        }

        /// A scheme and a colon before any slash.
        static func isProviderURI(_ text: String) -> Bool {
            let scheme = text.prefix { $0 != ":" && $0 != "/" }
            guard scheme.endIndex < text.endIndex, text[scheme.endIndex] == ":", let first = scheme.first else { return false }
            return first.isASCII && first.isLetter
                && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        }
    }
}

extension DaemonConfiguration.CentralSystemSection {
    /// Whether the URL asks for TLS.
    public var isSecure: Bool { url.lowercased().hasPrefix("wss:") }

    /// Whether this side shows a password: profiles 1 and 2, and profile 0 where TLS hides it from others.
    public var usesPassword: Bool {
        switch securityProfile {
        case 0: isSecure
        case 3: false
        default: true
        }
    }

    /// Trouble with the value of `key`, where it stands in the file.
    func error(_ key: String, _ problem: String, _ remedy: String) -> ConfigurationError {
        let place = places.of[key]
        return ConfigurationError(
            file: place?.file ?? "configuration", line: place?.line, keyPath: "centralSystem.\(key)", problem: problem,
            remedy: remedy)
    }

    /// Where values stand, for errors that show later. It is not part of what a configuration says: any two are equal.
    private struct Places: Sendable, Equatable {
        var of: [String: ConfigurationError] = [:]

        init() {}
        init(_ reader: MappingReader, _ keys: [String]) {
            for key in keys where reader.contains(key) { of[key] = reader.error(key, "", "") }
        }

        static func == (left: Places, right: Places) -> Bool { true }
    }
}

/// `host`, `host:port`, `[::1]:port`, as URLs and listening addresses write them.
struct HostAndPort: Equatable {
    /// Without brackets; never empty.
    var host: String
    /// 0…65535; `nil` where none is written.
    var port: Int?

    init?(_ text: String) {
        let rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = String(text[text.index(after: text.startIndex)..<end])
            rest = text[text.index(after: end)...]
            guard host.contains(":"), host.allSatisfy({ $0.isASCII && ($0.isHexDigit || ":.%".contains($0)) }) else { return nil }
        } else {
            let end = text.firstIndex(of: ":") ?? text.endIndex
            host = String(text[..<end])
            rest = text[end...]
            guard !host.isEmpty, host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }) else {
                return nil
            }
        }
        guard !rest.isEmpty else { return }
        let digits = rest.dropFirst()
        guard rest.hasPrefix(":"), (1...5).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let value = Int(digits), value <= 65_535
        else { return nil }
        port = value
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
