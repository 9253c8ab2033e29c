internal import COpenSSL
internal import CProviderKey
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
        if scheme == "pkcs11" {
            self.init(owning: pointer)
        } else {
            try self.init(signingBy: PrivateKey(owning: pointer))
        }
    }

    /// A key that leaves signatures to another one, and all else to libcrypto's own implementation.
    ///
    /// A TPM's provider would be asked for everything else too: it verifies the server's signatures in the TPM, whose memory is
    /// short for that, and breaks off the handshake. The other key stays alive as long as this one.
    ///
    /// - Throws: for keys that TLS 1.2 and 1.3 could not both use: none on P-256 or P-384, or made for another hash than the curve's.
    public convenience init(signingBy key: PrivateKey) throws(CertificateProblem) {
        let remedy = "make one with `tpm2_create -G ecc256:ecdsa-sha256`"
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard EVP_PKEY_is_a(key.pointer, "EC") == 1 else {
            throw CertificateProblem("a key that is no elliptic curve's (RSA?) cannot be used from a TPM; \(remedy)")
        }
        guard let pointer = cproviderkey_signing_by(key.pointer) else {
            throw CertificateProblem(library: "of a TPM's keys those on P-256 and P-384 can be used, and not this one; \(remedy)")
        }
        let hash: Hash = EVP_PKEY_get_bits(pointer) == 384 ? .sha384 : .sha256
        var name = [CChar](repeating: 0, count: 32)
        // 2: no other is possible.
        let isBound = EVP_PKEY_get_default_digest_name(key.pointer, &name, name.count) == 2
        guard !isBound || EVP_MD_is_a(hash.method, name) == 1 else {
            EVP_PKEY_free(pointer)
            throw CertificateProblem("the TPM's key signs another hash than its curve's, \(hash.rawValue); \(remedy)")
        }
        self.init(owning: pointer, onlyHash: hash)
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
