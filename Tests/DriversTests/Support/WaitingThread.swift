import Threads

/// A thread for a test that waits for a driver: one that waited on a thread of the shared pool would keep from it what others, and the
/// board's own stream, need to go on.
private actor WaitingThread {
    private let thread = DeviceThread(name: "waiting test")
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    func run(_ body: @Sendable () throws -> Void) throws { try body() }
}

/// Runs what blocks on a thread of its own.
func waiting(_ body: @Sendable () throws -> Void) async throws { try await WaitingThread().run(body) }
