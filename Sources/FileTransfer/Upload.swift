public import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Curl {
    /// Sends a file to a URL; one that ends in "/" is a folder, and the file goes there under `name`.
    ///
    /// HTTP servers get a PUT; one that does not know it (405, 501) gets the file once more as a form's field `file` in a POST. A URL of FTP or SFTP that ends in a name
    /// without a dot, and that the server does not take as a file, is tried once as a folder.
    ///
    /// - Parameters:
    ///   - isRepeat: an earlier call for the same file broke off: FTP and SFTP go on where it ended.
    ///   - signal: ends it, as cancelling the task does.
    public func upload(
        _ file: String, to url: TransferURL, as name: String, isRepeat: Bool = false,
        _ signal: CancellationSignal = CancellationSignal()
    ) async throws(TransferFailure) {
        let result = await PlainThread.run(name: "upload", signal) { signal in
            Result { () throws(TransferFailure) in try self.transmit(file, to: url, as: name, isRepeat: isRepeat, signal) }
        }
        try (result ?? .failure(Self.noThread)).get()
    }

    private func transmit(
        _ file: String, to url: TransferURL, as name: String, isRepeat: Bool, _ signal: CancellationSignal
    ) throws(TransferFailure) {
        try KnownHosts.check(url)
        guard access(file, R_OK) == 0 else {
            throw TransferFailure(.localFile, "\(file) cannot be read: \(String(cString: strerror(errno)))")
        }
        let target = url.isFolder ? url.appending(name) : url
        let isHTTP = url.scheme == .http || url.scheme == .https
        let (first, status) = send(file, to: target, .put, isRepeat: isRepeat && !isHTTP, signal)
        guard let first else { return }
        var second: TransferFailure?
        if isHTTP, status == 405 || status == 501 {
            second = send(file, to: target, .form(name: name), isRepeat: false, signal).failure
        } else if !isHTTP, !url.isFolder, first.kind == .refused || first.kind == .denied, target.mayBeFolder {
            second = send(file, to: url.appending(name), .put, isRepeat: false, signal).failure
        } else {
            throw first
        }
        // What the server said of the URL as it was given is the more helpful answer.
        if second != nil { throw first }
    }

    private enum Method {
        case put
        case form(name: String)
    }

    private func send(
        _ file: String, to url: TransferURL, _ method: Method, isRepeat: Bool, _ signal: CancellationSignal
    ) -> (failure: TransferFailure?, status: Int?) {
        let headersPath = PartFile.headersPath(file)
        var configuration = CurlConfiguration(url, limits, extraTrust: extraTrust, headers: headersPath)
        switch method {
        case .put:
            configuration.set("upload-file", file)
            if url.scheme == .http || url.scheme == .https { configuration.set("header", "Content-Type: application/octet-stream") }
            if url.scheme != .http, url.scheme != .https { configuration.switchOn("ftp-create-dirs") }
            if isRepeat { configuration.set("continue-at", "-") }
        case .form(let name):
            // The file's path is ours; the name has no quotes in it.
            configuration.set("form", "file=@\(file);filename=\(name.filter { $0 != ";" && $0 != "\"" })")
        }
        // Whatever the server answers is of no interest.
        let outcome = run(configuration, signal) { _ in true }
        let status = ResponseHeaders(PartFile.text(headersPath) ?? "").status
        unlink(headersPath)
        return (failure(outcome, url, httpStatus: status), status)
    }
}

extension TransferURL {
    /// Its last part has no dot in it, as folders' names have not.
    fileprivate var mayBeFolder: Bool { !(path.split(separator: "/").last ?? "").contains(".") }
}
