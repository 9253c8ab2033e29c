import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

@Suite(.whitepaper("A05")) struct `A security profile` {
    static let key = "correct-horse-16+"
    static let root = RootCertificate(
        id: Fingerprint("aa"), use: .centralSystemRootCertificate, subject: "CN=Root", notBefore: .begin - .seconds(86_400),
        notAfter: .begin + .seconds(86_400), hashes: [])
    static let own = OwnCertificate(
        id: Fingerprint("bb"), subject: "CN=0001", commonName: "0001", organization: "Example",
        notBefore: .begin - .seconds(86_400),
        notAfter: .begin + .seconds(86_400 * 400))

    /// Accepted with profile 1.
    static func world(
        _ inventory: CertificateInventory = CertificateInventory(roots: [root], own: [own]), profile: Int = 1, key: String = key,
        store: MemoryRecordStore = MemoryRecordStore()
    ) throws -> World {
        try store.commit([
            .configurationChanged(key: "SecurityProfile", value: "\(profile)"),
            .configurationChanged(key: "AuthorizationKey", value: key),
            .clientCertificateChosen(inventory.own.first?.id),
        ])
        var world = try World(store: store, certificates: inventory)
        world.feed(.started)
        world.feed(.linkOpened)
        return world
    }

    static func profile(_ world: World) -> String? {
        world.chargePoint.configuration.keyValue("SecurityProfile")?.value?.text
    }

    @Test func `is raised, tried and kept once a BootNotification was accepted over it`() throws {
        var world = try Self.world()
        let boots = world.sent.count { if case .call(_, .bootNotification) = $0 { true } else { false } }

        #expect(world.changeConfiguration("SecurityProfile", "2") == .accepted)

        #expect(world.credentials.map(\.securityProfile) == [2])
        #expect(world.sent.count { if case .call(_, .bootNotification) = $0 { true } else { false } } == boots + 1)
        #expect(Self.profile(world) == "2")
        #expect(world.saved.fallbackCredentials == nil)
        #expect(world.saved.configuration["SecurityProfile"] == "2")
    }

    @Test func `answers before it connects anew`() throws {
        var world = try Self.world()

        world.changeConfiguration("SecurityProfile", "2")

        let reaction = try #require(world.reactions.first { !$0.record.isEmpty && $0.then.contains { $0.isCredentials } })
        let answer = try #require(reaction.then.firstIndex { if case .send(.result) = $0 { true } else { false } })
        let change = try #require(reaction.then.firstIndex { $0.isCredentials })
        #expect(answer < change)
        #expect(
            reaction.record.contains(
                .trialBegan(fallback: LinkCredentials(securityProfile: 1, authorizationKey: Self.key, certificate: Self.own.id))))
    }

    @Test(arguments: [(1, "0"), (1, "1"), (2, "1"), (3, "2"), (3, "3")])
    func `is never lowered, nor set to what it is`(from: Int, to: String) throws {
        var world = try Self.world(profile: from)

        #expect(world.changeConfiguration("SecurityProfile", to) == .rejected)

        #expect(Self.profile(world) == "\(from)")
        #expect(world.credentials.isEmpty)
    }

    @Test(arguments: [
        (0, "1", "", true, true, false), (0, "1", key, false, false, true), (0, "2", "", true, true, false),
        (1, "2", key, false, false, false), (1, "2", key, true, false, true), (1, "3", key, true, false, false),
        (1, "3", key, false, true, false), (0, "3", "", true, true, true), (1, "3", key, true, true, true),
    ])
    func `is taken only where all that it needs is there`(
        from: Int, to: String, key: String, hasRoot: Bool, hasOwn: Bool, isTaken: Bool
    ) throws {
        let inventory = CertificateInventory(roots: hasRoot ? [Self.root] : [], own: hasOwn ? [Self.own] : [])
        var world = try Self.world(inventory, profile: from, key: key)

        #expect(world.changeConfiguration("SecurityProfile", to) == (isTaken ? .accepted : .rejected))
    }

    @Test func `takes the system's roots for a root`() throws {
        var world = try Self.world(CertificateInventory(trustsSystem: true))

        #expect(world.changeConfiguration("SecurityProfile", "2") == .accepted)
    }

    @Test func `needs certificates that have not expired`() throws {
        var root = Self.root
        root.notAfter = .begin
        var world = try Self.world(CertificateInventory(roots: [root]))

        #expect(world.changeConfiguration("SecurityProfile", "2") == .rejected)
    }

    @Test func `that the Central System does not let in gives way to the old one`() throws {
        var world = try Self.world()
        world.central.admits = { $0.securityProfile == 1 }

        world.changeConfiguration("SecurityProfile", "2")
        #expect(world.saved.fallbackCredentials?.securityProfile == 1)
        world.feed(.linkRefused)
        world.feed(.linkRefused)

        #expect(world.credentials.map(\.securityProfile) == [2, 1])
        #expect(Self.profile(world) == "1")
        #expect(world.saved.fallbackCredentials == nil)
        #expect(world.saved.configuration["SecurityProfile"] == "1")
    }

    @Test func `that leads nowhere, without a word of refusal, gives way after three minutes`() throws {
        var world = try Self.world()
        world.central.admits = { $0.securityProfile == 1 }
        world.changeConfiguration("SecurityProfile", "2")

        world.advance(.seconds(179))
        #expect(world.credentials.count == 1)
        world.advance(.seconds(2))

        #expect(world.credentials.map(\.securityProfile) == [2, 1])
        #expect(Self.profile(world) == "1")
    }

    @Test func `takes turns with the old one until one of them is accepted`() throws {
        var world = try Self.world()
        world.central.admits = { _ in false }
        world.changeConfiguration("SecurityProfile", "2")

        world.advance(.seconds(800))
        #expect(world.credentials.map(\.securityProfile) == [2, 1, 2, 1, 2])
        #expect(world.saved.fallbackCredentials?.securityProfile == 1)
        world.central.admits = { $0.securityProfile == 2 }
        world.advance(.seconds(400))

        #expect(world.saved.fallbackCredentials == nil)
        #expect(Self.profile(world) == "2")
    }

    @Test func `that is answered with Rejected gives way to the old one`() throws {
        var world = try Self.world()
        world.central.replies[.bootNotification] = [.boot(.rejected, interval: 60, at: world.time)]

        world.changeConfiguration("SecurityProfile", "2")
        world.advance(.seconds(61))

        #expect(world.credentials.map(\.securityProfile) == [2, 1])
        #expect(Self.profile(world) == "1")
    }

    @Test func `that is answered with Pending stays on trial`() throws {
        var world = try Self.world()
        world.central.replies[.bootNotification] = [.boot(.pending, interval: 1000, at: world.time)]

        world.changeConfiguration("SecurityProfile", "2")
        world.advance(.seconds(900))
        #expect(world.credentials.map(\.securityProfile) == [2])
        #expect(world.saved.fallbackCredentials != nil)
        world.advance(.seconds(101))

        #expect(world.saved.fallbackCredentials == nil)
        #expect(Self.profile(world) == "2")
    }

    @Test func `that is replaced over its own connection before it was proven is what the next one falls back to`() throws {
        var world = try Self.world()
        world.central.replies[.bootNotification] = [.silence]
        world.changeConfiguration("SecurityProfile", "2")
        #expect(world.saved.fallbackCredentials?.securityProfile == 1)

        #expect(world.changeConfiguration("SecurityProfile", "3") == .accepted)

        #expect(
            world.reactions.flatMap(\.record).contains { record in
                if case .trialBegan(let fallback) = record { fallback.securityProfile == 2 } else { false }
            })
        #expect(world.credentials.map(\.securityProfile) == [2, 3])
    }

    @Test func `is not proven by an answer that came over the old connection`() throws {
        var world = try Self.world()
        world.central.admits = { _ in false }
        world.changeConfiguration("SecurityProfile", "2")

        // A connection that was made before the change, and was not known yet.
        world.feed(.linkProved(credentials: 0, root: nil))
        world.feed(.linkOpened)

        #expect(world.saved.fallbackCredentials != nil)
    }

    @Test(arguments: [1, 2]) func `comes back after a power cut in the middle of the change`(works: Int) throws {
        let store = MemoryRecordStore()
        var before = try Self.world(store: store)
        before.central.admits = { _ in false }
        before.changeConfiguration("SecurityProfile", "2")

        var world = try World(store: store, certificates: CertificateInventory(roots: [Self.root], own: [Self.own]))
        world.central.admits = { $0.securityProfile == works }
        world.feed(.started)
        #expect(world.chargePoint.credentials.securityProfile == 2)
        if works == 2 { world.feed(.linkOpened) } else { world.advance(.seconds(200)) }

        #expect(world.saved.fallbackCredentials == nil)
        #expect(Self.profile(world) == "\(works)")
        #expect(world.chargePoint.credentials.securityProfile == works)
    }

    @Test func `is refused while nothing can be recorded`() throws {
        var world = try Self.world()
        world.feed(.storageFailed("the disk is full"))

        #expect(world.changeConfiguration("SecurityProfile", "2") == .rejected)
        #expect(world.credentials.isEmpty)
    }

    @Test func `whose key or certificate is missing is not even tried`() throws {
        var world = try Self.world()
        world.central.admits = { $0.securityProfile == 1 }
        world.changeConfiguration("SecurityProfile", "3")

        world.feed(.credentialsUnusable(number: 1))

        #expect(Self.profile(world) == "1")
    }

    @Test func `is not for a charge point that stands alone`() throws {
        var settings = ChargePointSettings.test()
        settings.hasCentralSystem = false
        var world = try World(settings)
        world.feed(.started)

        world.feed(.requested(.changeConfiguration(key: "SecurityProfile", value: "1"), request: 1))

        #expect(Self.profile(world) == "0")
    }
}

@Suite(.whitepaper("A01")) struct `A new AuthorizationKey` {
    private static let new = "another-horse-16+"

    @Test func `is used once the answer is out, and the old one kept until it worked`() throws {
        var world = try `A security profile`.world()
        world.central.admits = { $0.authorizationKey == Self.new }

        #expect(world.changeConfiguration("AuthorizationKey", Self.new) == .accepted)

        #expect(world.credentials.map(\.authorizationKey) == [Self.new])
        #expect(world.saved.fallbackCredentials == nil)
        #expect(world.saved.configuration["AuthorizationKey"] == Self.new)
    }

    @Test func `that is refused gives way to the old one`() throws {
        var world = try `A security profile`.world()
        world.central.admits = { $0.authorizationKey == `A security profile`.key }

        world.changeConfiguration("AuthorizationKey", Self.new)
        world.feed(.linkRefused)
        world.feed(.linkRefused)

        #expect(world.credentials.map(\.authorizationKey) == [Self.new, `A security profile`.key])
        #expect(world.saved.configuration["AuthorizationKey"] == `A security profile`.key)
    }

    @Test(arguments: [0, 3]) func `is only kept where the profile shows none`(profile: Int) throws {
        var world = try `A security profile`.world(profile: profile)

        #expect(world.changeConfiguration("AuthorizationKey", Self.new) == .accepted)

        #expect(world.credentials.isEmpty)
        #expect(world.saved.configuration["AuthorizationKey"] == Self.new)
    }

    @Test func `that is the old one changes nothing`() throws {
        var world = try `A security profile`.world()

        #expect(world.changeConfiguration("AuthorizationKey", `A security profile`.key) == .accepted)
        #expect(world.credentials.isEmpty)
    }

    @Test func `is in no log line and in no view`() throws {
        var world = try `A security profile`.world()

        world.changeConfiguration("AuthorizationKey", Self.new)

        for case .log(_, let text) in world.reactions.flatMap(\.then) { #expect(!text.contains(Self.new)) }
        #expect(!"\(world.credentials)".contains(Self.new))
    }
}

extension Effect {
    var isCredentials: Bool { if case .useCredentials = self { true } else { false } }
}
