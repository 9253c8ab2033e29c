internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

extension LinkFailure.Kind {
    /// Why no TCP connection came about.
    init(connecting error: any Error, to host: String) {
        switch error {
        case ChannelError.connectTimeout: self = .timedOut(.connect)
        case let error as IOError: self = LinkFailure.Kind(connecting: error)
        case let error as NIOConnectionError:
            // Of several addresses the one that answered says most.
            let kinds = error.connectionErrors.map { LinkFailure.Kind(connecting: $0.error, to: host) }
            self = kinds.first { $0 == .connectionRefused } ?? kinds.first ?? .nameResolution(host: host)
        case is SocketAddressError: self = .nameResolution(host: host)
        default: self = .unreachable("\(error)")
        }
    }

    private init(connecting error: IOError) {
        switch error.errnoCode {
        case ECONNREFUSED: self = .connectionRefused
        case ETIMEDOUT: self = .timedOut(.connect)
        default: self = .unreachable(systemMessage(error.errnoCode))
        }
    }

    /// Why an existing TCP connection ended.
    init(lost error: any Error) {
        switch error {
        case let failure as TLSFailure: self = .tls(failure)
        case let error as IOError: self = .connectionLost(systemMessage(error.errnoCode))
        case is ChannelError: self = .connectionLost("")
        default: self = .connectionLost("\(error)")
        }
    }
}

private func systemMessage(_ code: CInt) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
