public import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Curl {
    /// Fetches a file; what an earlier call for the same URL and path left unfinished is gone on with, if the server can, and if it
    /// can be known that the file is still the same.
    ///
    /// - Parameters:
    ///   - path: where it stands once it is complete, never before; its folder exists.
    ///   - signal: ends it, as cancelling the task does.
    /// - Returns: its size in bytes.
    public func download(
        _ url: TransferURL, to path: String, _ signal: CancellationSignal = CancellationSignal()
    ) async throws(TransferFailure) -> Int64 {
        let result = await PlainThread.run(name: "download", signal) { signal in
            Result { () throws(TransferFailure) in try self.fetch(url, to: path, signal) }
        }
        return try (result ?? .failure(Self.noThread)).get()
    }

    /// Removes what is left of a file that is not wanted any more, the complete one included.
    public static func discard(_ path: String) {
        PartFile.discard(path)
        unlink(path)
    }

    private func fetch(_ url: TransferURL, to path: String, _ signal: CancellationSignal) throws(TransferFailure) -> Int64 {
        try KnownHosts.check(url)
        var part = try PartFile(path, source: Self.fingerprint(url.withoutUser), limits: limits)
        // HTTP cannot tell whether the file changed unless the server names its versions.
        if part.size > 0, part.validator == nil, url.scheme == .http || url.scheme == .https { part.empty() }
        if part.size > 0 {
            switch try fetch(url, into: &part, signal) {
            case .complete: return try finish(&part)
            case .isAnother: part.empty()
            }
        }
        guard case .complete = try fetch(url, into: &part, signal) else {
            throw TransferFailure(.refused, "\(url): the server answers with a part of the file although all of it was asked for")
        }
        return try finish(&part)
    }

    private func finish(_ part: inout PartFile) throws(TransferFailure) -> Int64 {
        let size = part.size
        try part.complete()
        return size
    }

    private enum Fetched {
        case complete
        /// What is here already does not fit what the server has now.
        case isAnother
    }

    private func fetch(_ url: TransferURL, into part: inout PartFile, _ signal: CancellationSignal) throws(TransferFailure)
        -> Fetched
    {
        let headersPath = PartFile.headersPath(part.path)
        let offset = part.size
        var configuration = CurlConfiguration(url, limits, extraTrust: extraTrust, headers: headersPath)
        configuration.set("max-filesize", "\(max(1, limits.size - offset))")
        if offset > 0 {
            configuration.set("continue-at", "\(offset)")
            if let validator = part.validator { configuration.set("header", "If-Range: \(validator)") }
        }
        unlink(headersPath)
        let outcome = run(configuration, signal) { part.append($0) }
        let headers = ResponseHeaders(PartFile.text(headersPath) ?? "")
        if offset > 0, outcome.end == .exited(33) || outcome.end == .exited(36) { return .isAnother }
        if let length = headers.completeLength, offset > 0 { return length == offset ? .complete : .isAnother }
        if headers.status == 416, offset > 0 { return .isAnother }
        if let failure = part.problem ?? failure(outcome, url, httpStatus: headers.status) {
            // What can never be completed takes no room.
            if failure.kind == .tooLarge || failure.kind == .noSpace { part.empty() } else { part.keep() }
            if part.size == 0 { PartFile.discard(part.path) }
            throw failure
        }
        return .complete
    }

    /// Tells one URL from another without writing its secrets down (FNV-1a).
    static func fingerprint(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
