import ChargePointCore
import OCPP
import Testing
import Units

@Suite(.ocpp("5.9"), .whitepaper("N01")) struct `A log that is asked for` {
    private static let keys: [ConfigurationKey: String] = [.securityEventNotifications: "None", .heartbeatInterval: "86400"]
    private static let location = "ftp://user:secret@example.org/logs/"

    private func accepted() throws -> World {
        var world = try World.accepted(keys: Self.keys)
        world.forget()
        return world
    }

    private func getLog(_ id: Int, _ type: LogEnumType = .securityLog, retries: Int? = 0, location: String = location) -> GetLog {
        GetLog(
            log: LogParametersType(remoteLocation: LimitedString(truncating: location)), logType: type, requestId: id,
            retries: retries,
            retryInterval: 20)
    }

    @discardableResult
    private func ask(_ world: inout World, _ request: GetLog) -> GetLog.Confirmation? {
        guard case .getLog(let confirmation)? = world.confirmed(.getLog(request)) else { return nil }
        return confirmation
    }

    @discardableResult
    private func askDiagnostics(_ world: inout World, retries: Int? = 0, location: String = location) -> GetDiagnostics
        .Confirmation?
    {
        let request = GetDiagnostics(location: location, retries: retries, retryInterval: 20, startTime: .begin - .seconds(60))
        guard case .getDiagnostics(let confirmation)? = world.confirmed(.getDiagnostics(request)) else { return nil }
        return confirmation
    }

    @Test(.ocpp("4.4")) func `as GetDiagnostics is answered with the file's name and followed by Uploading and Uploaded`() throws {
        var world = try accepted()

        let confirmation = askDiagnostics(&world)

        let upload = try #require(world.uploads.last)
        #expect(confirmation?.fileName?.text == upload.fileName)
        #expect(upload.fileName.hasPrefix("diagnostics-20261122T0900") && upload.fileName.hasSuffix(".tar.gz"))
        #expect(upload.kind == .diagnosticsLog && upload.from == .begin - .seconds(60) && upload.to == nil)
        world.feed(.logUpload(upload.number, .uploaded))
        #expect(world.diagnosticsStatuses == [.uploading, .uploaded])
    }

    @Test(.whitepaper("N01.FR.08"), .whitepaper("N01.FR.09"), .whitepaper("N01.FR.07"))
    func `as GetLog is told of under its requestId`() throws {
        var world = try accepted()

        let confirmation = ask(&world, getLog(123))
        let upload = try #require(world.uploads.last)
        world.feed(.logUpload(upload.number, .uploaded))

        #expect(confirmation?.status == .accepted)
        #expect(confirmation?.filename?.text == upload.fileName)
        #expect(world.logStatuses == [.init(status: .uploading, requestId: 123), .init(status: .uploaded, requestId: 123)])
    }

    @Test(
        .whitepaper("N01.FR.10"),
        arguments: [
            (LogUploadFailure.badMessage, UploadLogStatusEnumType.badMessage), (.permissionDenied, .permissionDenied),
            (.notSupportedOperation, .notSupportedOperation), (.uploadFailure, .uploadFailure),
        ])
    func `says as precisely as it can why it failed`(failure: LogUploadFailure, status: UploadLogStatusEnumType) throws {
        var world = try accepted()
        ask(&world, getLog(1))
        world.feed(.logUpload(try #require(world.uploads.last).number, .failed(failure, "x", isFinal: false)))

        #expect(world.logStatuses.map(\.status) == [.uploading, status])

        askDiagnostics(&world)
        world.feed(.logUpload(try #require(world.uploads.last).number, .failed(failure, "x", isFinal: false)))

        #expect(world.diagnosticsStatuses == [.uploading, .uploadFailed])
    }

    @Test(arguments: [(0, 1), (2, 3), (nil, 3)] as [(Int?, Int)])
    func `is tried once and as often again as retries says`(retries: Int?, attempts: Int) throws {
        var world = try accepted()
        askDiagnostics(&world, retries: retries)

        for _ in 0..<6 {
            if let upload = world.uploads.last {
                world.feed(.logUpload(upload.number, .failed(.uploadFailure, "x", isFinal: false)))
            }
            world.advance(.seconds(21))
        }

        #expect(world.uploads.count == attempts)
        #expect(world.uploads.map(\.isRepeat) == (0..<attempts).map { $0 > 0 })
        #expect(Set(world.uploads.map(\.fileName)).count == 1)
        #expect(world.diagnosticsStatuses == [.uploading, .uploadFailed])
    }

    @Test func `is not tried again before retryInterval, nor when that cannot help`() throws {
        var world = try accepted()
        askDiagnostics(&world, retries: 5)
        world.feed(.logUpload(try #require(world.uploads.last).number, .failed(.uploadFailure, "x", isFinal: false)))
        world.advance(.seconds(19))
        #expect(world.uploads.count == 1)
        world.advance(.seconds(2))
        #expect(world.uploads.count == 2)

        world.feed(.logUpload(try #require(world.uploads.last).number, .failed(.notSupportedOperation, "x", isFinal: true)))
        world.advance(.seconds(100))

        #expect(world.uploads.count == 2)
        #expect(world.diagnosticsStatuses == [.uploading, .uploadFailed])
    }

    @Test(.whitepaper("N01.FR.11")) func `takes the place of one that runs`() throws {
        var world = try accepted()
        ask(&world, getLog(1))
        let first = try #require(world.uploads.last)

        let confirmation = ask(&world, getLog(2))

        #expect(confirmation?.status == .acceptedCanceled)
        #expect(world.effects.contains(.giveUpLogUpload(first.number)))
        // What still comes of the first is not heard any more.
        world.feed(.logUpload(first.number, .uploaded))
        world.feed(.logUpload(try #require(world.uploads.last).number, .uploaded))
        #expect(
            world.logStatuses == [
                .init(status: .uploading, requestId: 1), .init(status: .uploading, requestId: 2),
                .init(status: .uploaded, requestId: 2),
            ])
    }

    @Test func `under the other name ends the first as failed`() throws {
        var world = try accepted()
        askDiagnostics(&world)

        let confirmation = ask(&world, getLog(2))

        #expect(confirmation?.status == .acceptedCanceled)
        #expect(world.diagnosticsStatuses == [.uploading, .uploadFailed])
        askDiagnostics(&world)
        #expect(world.logStatuses.map(\.status) == [.uploading, .uploadFailure])
    }

    @Test(arguments: ["gopher://example.org/", "example.org", "", "://x", "FILE:///etc/passwd"])
    func `is refused where no file can be sent to`(location: String) throws {
        var world = try accepted()

        #expect(ask(&world, getLog(1, location: location))?.status == .rejected)
        #expect(askDiagnostics(&world, location: location) == GetDiagnostics.Confirmation())
        #expect(world.uploads.isEmpty)
        #expect(world.logStatuses.isEmpty && world.diagnosticsStatuses == [.uploadFailed])
    }

    @Test(.ocpp("4.4")) func `is told of when the connection is back`() throws {
        var world = try accepted()
        askDiagnostics(&world)
        world.disconnect()
        world.feed(.logUpload(try #require(world.uploads.last).number, .uploaded))
        world.forget()

        world.connect()

        #expect(world.diagnosticsStatuses == [.uploaded])
    }

    @Test(.ocpp("4.4"), .ocpp("5.17"), .whitepaper("N01.FR.12"))
    func `says when triggered what it does, and Idle without a requestId`() throws {
        var world = try accepted()
        func trigger(_ world: inout World) {
            world.ask(.extendedTriggerMessage(ExtendedTriggerMessage(requestedMessage: .logStatusNotification)))
            world.trigger(.diagnosticsStatusNotification)
        }
        trigger(&world)
        #expect(world.logStatuses == [.init(status: .idle)] && world.diagnosticsStatuses == [.idle])
        ask(&world, getLog(9))
        world.forget()

        trigger(&world)

        #expect(world.logStatuses == [.init(status: .uploading, requestId: 9)] && world.diagnosticsStatuses == [.idle])
    }

    @Test func `never shows its location in the log`() throws {
        var world = try accepted()
        askDiagnostics(&world)
        world.feed(.logUpload(try #require(world.uploads.last).number, .failed(.uploadFailure, "nobody answers", isFinal: true)))
        ask(&world, getLog(1, location: "nowhere:secret"))

        for case .log(_, let text) in world.effects { #expect(!text.contains("secret")) }
    }

    @Test func `needs the profile for GetDiagnostics and none for GetLog`() throws {
        var world = try World.accepted(keys: Self.keys.merging([.supportedFeatureProfiles: "Core"]) { _, new in new })

        #expect(askDiagnostics(&world) == nil)
        #expect(ask(&world, getLog(1))?.status == .accepted)
    }
}
