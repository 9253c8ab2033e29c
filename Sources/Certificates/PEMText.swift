internal import COpenSSL

/// The certificates and revocation lists of a text in PEM form, in its order.
struct PEMText {
    private(set) var certificates: [Object] = []
    private(set) var revocationLists: [Object] = []

    /// An object of libcrypto's that goes when nobody needs it.
    final class Object {
        let pointer: OpaquePointer
        private let free: (OpaquePointer) -> Void

        init(_ pointer: OpaquePointer, free: @escaping (OpaquePointer) -> Void) {
            self.pointer = pointer
            self.free = free
        }

        deinit { free(pointer) }

        /// Of a certificate.
        var subject: String {
            var bytes = [CChar](repeating: 0, count: 256)
            X509_NAME_oneline(X509_get_subject_name(pointer), &bytes, Int32(bytes.count))
            return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// What is none of both is passed over.
    init(_ text: String) {
        // Some send the line ends of JSON twice escaped.
        var bytes = Array(text.replacing(#"\n"#, with: "\n").utf8)
        bytes.withUnsafeMutableBytes { buffer in
            guard let memory = BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count)) else { return }
            defer { BIO_free(memory) }
            guard let information = PEM_X509_INFO_read_bio(memory, nil, withoutPassphrase, nil) else { return }
            defer { copenssl_free_information(information) }
            for index in 0..<copenssl_information_count(information) {
                if let certificate = copenssl_take_certificate(information, index) {
                    certificates.append(Object(certificate) { X509_free($0) })
                }
                if let list = copenssl_take_revocation_list(information, index) {
                    revocationLists.append(Object(list) { X509_CRL_free($0) })
                }
            }
        }
        ERR_clear_error()
    }
}

/// A `pem_password_cb` that knows none: without it libcrypto would ask on the terminal.
private let withoutPassphrase: @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 = {
    _, _, _, _ in
    -1
}
