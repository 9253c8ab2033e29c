import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

/// Security whitepaper L01.
@Suite struct `SignedUpdateFirmware requests` {
    static func accepted() throws -> World {
        var world = try World.accepted(.running("1.0", allowsUnsigned: false))
        world.forget()
        return world
    }

    @Test func `is verified before it is installed, and tells every step with its requestId`() throws {
        var world = try Self.accepted()

        #expect(world.signedUpdateFirmware(requestId: 123) == .accepted)
        world.firmware(.fetched)
        #expect(world.firmwareWork == ["fetch", "verify"])
        world.firmware(.verified)
        world.firmware(.installed(version: "2.0", .process))
        let after = try world.restarted(running: "2.0")

        #expect(world.signedFirmwareStatuses == [.downloading, .downloaded, .signatureVerified, .installing, .installRebooting])
        #expect(after.signedFirmwareStatuses == [.installed])
        #expect(world.firmwareStatuses.isEmpty)
        for case .signedFirmwareStatusNotification(let message) in world.calls + after.calls { #expect(message.requestId == 123) }
    }

    @Test func `with a signature that does not fit is never installed`() throws {
        var world = try Self.accepted()
        world.signedUpdateFirmware()
        world.firmware(.fetched)
        world.firmware(.notVerified("the signature does not fit the file"))
        world.advance(.seconds(60))

        #expect(world.firmwareWork == ["fetch", "verify", "discard"])
        #expect(world.signedFirmwareStatuses == [.downloading, .downloaded, .invalidSignature])
    }

    @Test(arguments: [
        (SigningCertificateVerdict.invalid("unknown root"), UpdateFirmwareStatusEnumType.invalidCertificate),
        (.revoked("revoked"), .revokedCertificate),
    ])
    func `is refused when its certificate is no good`(verdict: SigningCertificateVerdict, status: UpdateFirmwareStatusEnumType)
        throws
    {
        var world = try Self.accepted()

        #expect(world.signedUpdateFirmware(verdict) == status)

        #expect(world.firmwareWork.isEmpty)
        #expect(world.signedFirmwareStatuses.isEmpty)
    }

    @Test func `takes the place of one that is under way`() throws {
        var world = try Self.accepted()
        world.signedUpdateFirmware(requestId: 1)

        #expect(world.signedUpdateFirmware(requestId: 2) == .acceptedCanceled)
        #expect(world.firmwareWork == ["fetch", "discard", "fetch"])
    }

    @Test func `is rejected while one is being installed`() throws {
        var world = try Self.accepted()
        world.signedUpdateFirmware(requestId: 1)
        world.firmware(.fetched)
        world.firmware(.verified)

        #expect(world.signedUpdateFirmware(requestId: 2) == .rejected)
        #expect(world.firmwareWork == ["fetch", "verify", "install"])
    }

    @Test func `is not answered over another connection than it was asked on`() throws {
        var world = try Self.accepted()
        world.signedUpdateFirmware(nil)
        world.disconnect()
        world.connect()
        world.feed(.signingCertificate(.valid, question: 1))

        #expect(world.firmwareWork.isEmpty)
        #expect(!world.sent.contains { if case .result(_, .signedUpdateFirmware) = $0 { true } else { false } })
    }

    @Test(.ocpp("4.2")) func `is neither answered nor begun when the charge point was Rejected meanwhile`() throws {
        var world = try World(.running("1.0", allowsUnsigned: false))
        world.central.replies[.bootNotification] = [.boot(.pending, interval: 60), .boot(.rejected, interval: 600)]
        world.feed(.started)
        world.feed(.linkOpened)
        world.signedUpdateFirmware(nil)
        world.advance(.seconds(61))
        #expect(world.chargePoint.view.registration == .rejected)
        world.forget()

        world.feed(.signingCertificate(.valid, question: 1))

        #expect(world.sent.isEmpty)
        #expect(world.firmwareWork.isEmpty)
    }

    @Test func `tells what it waits for`() throws {
        var world = try Self.accepted()
        world.signedUpdateFirmware(after: .seconds(100), installAfter: .seconds(1000), retries: 1)
        #expect(world.signedFirmwareStatuses == [.downloadScheduled])
        world.advance(.seconds(101))
        world.firmware(.notFetched("it broke off", isWorthRetrying: true))
        world.advance(.seconds(61))
        world.firmware(.fetched)
        world.firmware(.verified)
        #expect(
            world.signedFirmwareStatuses
                == [
                    .downloadScheduled, .downloading, .downloadPaused, .downloading, .downloaded, .signatureVerified,
                    .installScheduled,
                ])
        // Until its time has come, connectors serve.
        #expect(world.status() == .available)
        world.advance(.seconds(900))
        #expect(world.firmwareWork.last == "install")
        #expect(world.status() == .unavailable)
    }

    @Test(arguments: [(true, FirmwareStatusEnumType.installVerificationFailed), (false, .installationFailed)])
    func `tells whether the file was unfit or the installation failed`(isUnfit: Bool, status: FirmwareStatusEnumType) throws {
        var world = try Self.accepted()
        world.signedUpdateFirmware()
        world.firmware(.fetched)
        world.firmware(.verified)
        world.firmware(.notInstalled("no", isImageUnfit: isUnfit))

        #expect(world.signedFirmwareStatuses.last == status)
    }

    @Test func `is verified again after a restart in between`() throws {
        var world = try Self.accepted()
        world.signedUpdateFirmware()
        world.firmware(.fetched)

        let after = try world.restarted(running: "1.0")

        #expect(after.firmwareWork == ["verify"])
    }
}
