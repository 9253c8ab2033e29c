import NIOCore
import NIOPosix

/// Speaks bytes over a socket, as the crudest client would.
struct SocketClient {
    enum Address: Sendable {
        case unix(String)
        case tcp(Int)
    }

    var address: Address

    /// Sends the text and reads until the connection ends, or `isEnough` says so.
    func send(_ text: String, until isEnough: (String) -> Bool = { _ in false }) async throws -> String {
        let setUp: @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> = { channel in
            channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
        }
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let channel =
            switch address {
            case .unix(let path): try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: setUp)
            case .tcp(let port): try await bootstrap.connect(host: "127.0.0.1", port: port, channelInitializer: setUp)
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var answer = ""
            for try await buffer in inbound {
                answer += String(buffer: buffer)
                if isEnough(answer) { break }
            }
            return answer
        }
    }

    func get(_ path: String, headers: String = "") async throws -> String {
        try await send("GET \(path) HTTP/1.1\r\nHost: charger\r\nConnection: close\r\n\(headers)\r\n")
    }
}
