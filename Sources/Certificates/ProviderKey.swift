internal import COpenSSL
internal import Synchronization

// Keys that never leave a TPM or a token: named by a URI, reached through a provider of OpenSSL 3 or, on Debian 12, an engine.
extension PrivateKey {
    /// Whether this names a key of a provider, and no file: a scheme and a colon before any slash.
    public static func isURI(_ text: String) -> Bool {
        let scheme = text.prefix { $0 != ":" && $0 != "/" }
        guard scheme.endIndex < text.endIndex, text[scheme.endIndex] == ":", let first = scheme.first else { return false }
        return first.isASCII && first.isLetter
            && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }

    /// Finds a key: `handle:0x81000001` in the TPM (provider `tpm2`), `pkcs11:…` (RFC 7512) on a token (provider or engine `pkcs11`).
    ///
    /// The URI may carry a PIN: it is in no error's text.
    public convenience init(uri: String) throws(CertificateProblem) {
        let scheme = uri.prefix { $0 != ":" }.lowercased()
        ERR_clear_error()
        let pointer: OpaquePointer?
        switch scheme {
        case "handle", "object":
            guard Providers.load("tpm2") else {
                throw CertificateProblem("libcrypto has no provider 'tpm2': install Debian's package tpm2-openssl")
            }
            pointer = copenssl_stored_key(uri)
        case "pkcs11":
            if Providers.load("pkcs11") {
                pointer = copenssl_stored_key(uri)
            } else {
                ERR_clear_error()
                // The engine writes a URI that leads nowhere to standard error: the PIN does not go with it.
                let (open, pin) = Self.split(uri)
                pointer = copenssl_engine_key("pkcs11", open, pin)
            }
        default:
            throw CertificateProblem("'\(scheme):' is no known scheme of keys: write pkcs11:… or handle:0x…, or name a file")
        }
        guard let pointer else {
            let remedy =
                scheme == "pkcs11"
                ? "install libengine-pkcs11-openssl (Debian 12) or pkcs11-provider (13), and check token, object and PIN"
                : "check the handle, and that this user may use /dev/tpmrm0 (group tss)"
            throw CertificateProblem(library: "the key '\(scheme):…' cannot be reached; \(remedy)")
        }
        let properties = scheme == "pkcs11" ? nil : "?provider=tpm2,tpm2.digest!=yes,tpm2.cipher!=yes"
        self.init(owning: pointer, properties: properties)
    }

    /// A `pkcs11:` URI without its `pin-value`, and that.
    private static func split(_ uri: String) -> (uri: String, pin: String?) {
        var open = ""
        var pin: String?
        var rest = uri[...]
        while !rest.isEmpty {
            // An attribute with the separator before it.
            let attribute = rest.prefix(1) + rest.dropFirst().prefix { !";?&".contains($0) }
            rest = rest.dropFirst(attribute.count)
            let name = "pin-value="
            if let separator = attribute.first, ";?&".contains(separator), attribute.dropFirst().hasPrefix(name) {
                pin = decoded(attribute.dropFirst(1 + name.count))
            } else {
                open += attribute
            }
        }
        return (open, pin)
    }

    /// With `%41` and the like turned into characters.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Providers of the process, loaded when first asked for and never again unloaded.
private enum Providers {
    private static let loaded = Mutex<[String: Bool]>([:])

    static func load(_ name: String) -> Bool {
        loaded.withLock { loaded in
            if loaded[name] == true { return true }
            // Naming one provider switches the built-in one off unless it is named too; what both can do is left to the built-in one.
            let isLoaded =
                OSSL_PROVIDER_load(nil, "default") != nil && EVP_set_default_properties(nil, "?provider=default") == 1
                && OSSL_PROVIDER_load(nil, name) != nil
            if isLoaded { loaded[name] = true }
            return isLoaded
        }
    }
}
