public import CentralSystemLink
import Certificates
public import ConfigurationFile

extension DaemonConfiguration.CentralSystemSection {
    /// Reads the files that TLS needs; only security profile 3 shows the client certificate.
    ///
    /// - Throws: which file cannot be used, where it is named, and what to do.
    public func transportSecurity() throws(ConfigurationError) -> TransportSecurity {
        var material = TLSMaterial()
        if isSecure, securityProfile == 3, let clientKey, let clientCertificate, PrivateKey.isURI(clientKey) {
            do { material.key = try PrivateKey(uri: clientKey) } catch {
                throw self.error("clientKey", error.description, "Or name a file with the key in PEM form.")
            }
            do { material.chain = try Certificate.all(path: clientCertificate) } catch {
                throw self.error("clientCertificate", error.description, "Put the charge point's certificate there.")
            }
        }
        return try transportSecurity(material)
    }

    /// - Parameter material: what counts instead of the files.
    func transportSecurity(_ material: TLSMaterial) throws(ConfigurationError) -> TransportSecurity {
        guard isSecure else { return .none }
        var files = TLSFiles(caFile: caFile, verifiesHostname: verifyHostname)
        if securityProfile == 3, material.key == nil {
            files.clientCertificate = clientCertificate
            files.clientKey = clientKey
        }
        do { return .tls(try TLSContext(files, material)) } catch {
            throw self.error(error.key.rawValue, error.fact, error.remedy)
        }
    }

    /// With another profile than the file's: "ws or wss follows securityProfile", upwards only.
    func with(_ securityProfile: Int) -> Self {
        var section = self
        section.securityProfile = securityProfile
        if securityProfile >= 2, !isSecure { section.url = "wss" + url.dropFirst("ws".count) }
        return section
    }
}

extension LinkConfiguration {
    /// - Parameter authorizationKey: as it counts now, which the file's need not be any more.
    public init(
        _ section: DaemonConfiguration.CentralSystemSection, identity: String, authorizationKey: String?,
        transportSecurity: TransportSecurity
    ) {
        var first: BasicPassword?
        var other: BasicPassword?
        if section.usesPassword, let authorizationKey {
            (first, other) = Self.passwords(authorizationKey, section.authorizationKeyFormat)
        }
        self.init(
            url: section.url, identity: identity, password: first, alternativePassword: other,
            transportSecurity: transportSecurity,
            reconnect: Reconnect(
                minimum: section.reconnect.minimum, maximum: section.reconnect.maximum, random: section.reconnect.random))
    }

    /// Hexadecimal digits may mean themselves or the bytes they stand for; central systems differ. With `auto`, 32 to 40 of them are
    /// first read as bytes, as the security whitepaper has it, and the other reading is tried when the server refuses.
    private static func passwords(
        _ key: String, _ format: DaemonConfiguration.CentralSystemSection.AuthorizationKeyFormat
    ) -> (BasicPassword, BasicPassword?) {
        let bytes = hexadecimalBytes(key)
        switch (format, bytes) {
        case (.text, _), (_, nil): return (.text(key), nil)
        case (.hex, let bytes?): return (.bytes(bytes), nil)
        case (.auto, let bytes?): return (32...40).contains(key.utf8.count) ? (.bytes(bytes), .text(key)) : (.text(key), nil)
        }
    }

    private static func hexadecimalBytes(_ text: String) -> [UInt8]? {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count, digits.count.isMultiple(of: 2), !digits.isEmpty else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
