import Glibc
import Testing

@testable import Systemd

/// systemd's end of the socket.
private final class Listener {
    let path = "/tmp/ladepunkt-notify-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)

    init() {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    var received: String? {
        var buffer = [UInt8](repeating: 0, count: 1000)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }
}

@Suite struct `What systemd is told` {
    private let listener = Listener()

    private func notification(watchdog: String? = nil, process: String? = nil) -> ServiceNotification? {
        ServiceNotification(socketPath: listener.path, watchdogMicroseconds: watchdog, watchdogProcess: process)
    }

    @Test func `goes out as one datagram, one line each`() throws {
        try #require(notification()).say(.ready, .status("connector 1 Available"))

        #expect(listener.received == "READY=1\nSTATUS=connector 1 Available")
        #expect(listener.received == nil)
    }

    @Test func `cannot be forged by a status`() throws {
        try #require(notification()).say(.status("a\nREADY=1\nb"))

        #expect(listener.received == "STATUS=a READY=1 b")
    }

    @Test(
        arguments: [
            ("15000000", nil, .seconds(15)), ("15000000", "own", .seconds(15)), ("15000000", "1", nil), (nil, nil, nil),
            ("0", nil, nil),
            ("soon", nil, nil),
        ] as [(String?, String?, Duration?)])
    func `is a sign of life as often as systemd wants one of this process`(
        microseconds: String?, process: String?, interval: Duration?
    )
        throws
    {
        let process = process == "own" ? String(getpid()) : process

        #expect(try #require(notification(watchdog: microseconds, process: process)).watchdogInterval == interval)
    }

    @Test(arguments: [nil, "", "@", String(repeating: "x", count: 200)])
    func `is nothing where there is no systemd`(path: String?) {
        #expect(ServiceNotification(socketPath: path, watchdogMicroseconds: nil, watchdogProcess: nil) == nil)
    }
}
