public import CentralSystemLink
public import ConfigurationFile

extension DaemonConfiguration.CentralSystemSection {
    /// Reads the files that TLS needs; only security profile 3 shows the client certificate.
    ///
    /// - Throws: which file cannot be used, where it is named, and what to do.
    public func transportSecurity() throws(ConfigurationError) -> TransportSecurity {
        guard isSecure else { return .none }
        var files = TLSFiles(caFile: caFile, verifiesHostname: verifyHostname)
        if securityProfile == 3 {
            if let clientKey, Self.isProviderURI(clientKey) {
                throw error(
                    "clientKey", "keys of a provider ('\(clientKey.prefix { $0 != ":" }):…') are not available in this version",
                    "Name a file with the key in PEM form.")
            }
            files.clientCertificate = clientCertificate
            files.clientKey = clientKey
        }
        do { return .tls(try TLSContext(files)) } catch { throw self.error(error.key.rawValue, error.fact, error.remedy) }
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
