import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

/// What certificates and their tasks look like in these tests.
enum Certificates {
    static let day = Duration.seconds(86_400)

    static func hash(_ number: String) -> CertificateHashDataType {
        CertificateHashDataType(
            hashAlgorithm: .sha256, issuerNameHash: "aa", issuerKeyHash: "bb", serialNumber: CiString(truncating: number))
    }

    static func root(_ id: String, signedBy signer: String? = nil, until: Timestamp = .begin + day * 1000) -> RootCertificate {
        RootCertificate(
            id: Fingerprint(id), use: .centralSystemRootCertificate, subject: "CN=\(id)", notBefore: .begin - day, notAfter: until,
            hashes: [hash(id)], signedBy: signer.map(Fingerprint.init))
    }

    static func own(
        _ id: String, from: Timestamp = .begin - day, until: Timestamp = .begin + day * 365, commonName: String = "0001",
        organization: String = "Example"
    ) -> OwnCertificate {
        OwnCertificate(
            id: Fingerprint(id), subject: "O=\(organization), CN=\(commonName)", commonName: commonName, organization: organization,
            notBefore: from, notAfter: until, hashes: [hash(id)])
    }

    /// Registered, with this inventory, in use: the first of its own certificates.
    static func world(
        _ inventory: CertificateInventory, profile: Int = 3, keys: [ConfigurationKey: String] = [.cpoName: "Example"]
    ) throws -> World {
        let store = MemoryRecordStore()
        try store.commit([
            .configurationChanged(key: "SecurityProfile", value: "\(profile)"),
            .clientCertificateChosen(inventory.own.first?.id),
        ])
        var settings = ChargePointSettings.test()
        settings.certificateName = "0001"
        var world = try World(settings, keys: keys, store: store, certificates: inventory)
        world.serverRoot = inventory.roots.first?.id
        world.feed(.started)
        world.feed(.linkProved(credentials: 0, root: world.serverRoot))
        world.feed(.linkOpened)
        return world
    }
}

extension World {
    /// Answers the latest task.
    mutating func answerTask(_ make: (Int) -> CertificateAnswer) {
        guard let task = certificateTasks.popLast() else {
            Issue.record("nothing is asked of the shell")
            return
        }
        feed(.certificates(make(task.request)))
    }

    func status(_ id: MessageId) -> ChargePointConfirmation? {
        guard case .result(_, let confirmation)? = answer(to: id) else { return nil }
        return confirmation
    }
}

extension CertificateTask {
    var request: Int {
        switch self {
        case .examineRoot(_, _, let request), .installRoot(_, _, let request), .deleteRoot(_, _, let request),
            .examineChain(_, _, let request), .installChain(_, let request), .discardOwn(_, let request),
            .makeSigningRequest(_, _, _, let request):
            request
        }
    }
}

@Suite(.whitepaper("M05")) struct `A root certificate` {
    /// InstallCertificate as far as the examination of what came.
    private func install(
        _ inventory: CertificateInventory, _ examination: RootExamination?, keys: [ConfigurationKey: String] = [:]
    ) throws -> (World, MessageId) {
        var world = try Certificates.world(inventory, keys: keys)
        let id = MessageId("install")
        let request = InstallCertificate(certificateType: .centralSystemRootCertificate, certificate: "PEM")
        world.feed(.received(.call(id, .installCertificate(request)), CardLookup()))
        world.answerTask { .rootExamined(examination, problem: nil, request: $0) }
        return (world, id)
    }

    private func examined(_ root: RootCertificate, isAuthority: Bool = true, flaw: String? = nil) -> RootExamination {
        RootExamination(certificate: root, isAuthority: isAuthority, flaw: flaw)
    }

    @Test func `is answered once it is on disk`() throws {
        var (world, id) = try install(CertificateInventory(), examined(Certificates.root("a")))
        #expect(world.answer(to: id) == nil)

        world.answerTask { .changed(CertificateInventory(roots: [Certificates.root("a")]), problem: nil, request: $0) }

        #expect(world.status(id) == .installCertificate(.init(status: .accepted)))
    }

    @Test func `that cannot be written is Failed`() throws {
        var (world, id) = try install(CertificateInventory(), examined(Certificates.root("a")))

        world.answerTask { .changed(CertificateInventory(), problem: "the disk is full", request: $0) }

        #expect(world.status(id) == .installCertificate(.init(status: .failed)))
    }

    @Test(arguments: [
        nil, RootExamination(certificate: Certificates.root("a"), isAuthority: false),
        RootExamination(certificate: Certificates.root("a"), isAuthority: true, flaw: "weak"),
        RootExamination(certificate: Certificates.root("a", until: .begin), isAuthority: true),
    ])
    func `that is none, or no sound one, is Rejected`(examination: RootExamination?) throws {
        let (world, id) = try install(CertificateInventory(), examination)

        #expect(world.status(id) == .installCertificate(.init(status: .rejected)))
        #expect(world.certificateTasks.isEmpty)
    }

    @Test func `that is there already is Accepted without another word`() throws {
        let (world, id) = try install(CertificateInventory(roots: [Certificates.root("a")]), examined(Certificates.root("a")))

        #expect(world.status(id) == .installCertificate(.init(status: .accepted)))
        #expect(world.certificateTasks.isEmpty)
    }

    @Test func `beyond CertificateStoreMaxLength is refused`() throws {
        for (limit, isTaken) in [(2, false), (3, true)] {
            let inventory = CertificateInventory(roots: [Certificates.root("a"), Certificates.root("b")])
            let (world, id) = try install(
                inventory, examined(Certificates.root("c")), keys: [.certificateStoreMaxLength: "\(limit)"])

            #expect((world.status(id) == nil) == isTaken)
        }
    }

    @Test func `with AdditionalRootCertificateCheck is signed by the one that it replaces`() throws {
        let keys = [ConfigurationKey.additionalRootCertificateCheck: "true"]
        let one = CertificateInventory(roots: [Certificates.root("a")])
        let replacing = CertificateInventory(roots: [Certificates.root("a"), Certificates.root("b", signedBy: "a")])
        let table: [(CertificateInventory, String?, Bool)] = [
            (CertificateInventory(), nil, true), (one, nil, false), (one, "a", true), (replacing, "b", false),
            (replacing, nil, false),
        ]
        for (inventory, signer, isTaken) in table {
            let (world, id) = try install(inventory, examined(Certificates.root("c", signedBy: signer)), keys: keys)

            #expect((world.status(id) == nil) == isTaken)
        }
    }

    @Test func `that has been replaced goes once a connection was made with the new one, and not before`() throws {
        let inventory = CertificateInventory(roots: [Certificates.root("a"), Certificates.root("b", signedBy: "a")])
        var world = try Certificates.world(inventory, keys: [.additionalRootCertificateCheck: "true"])
        #expect(world.certificateTasks.isEmpty)

        world.feed(.linkProved(credentials: 0, root: Fingerprint("b")))
        world.feed(.linkOpened)

        #expect(world.certificateTasks == [.deleteRoot(Fingerprint("a"), .centralSystemRootCertificate, request: 1)])
    }

    @Test(.whitepaper("M04"), arguments: [("a", "Failed"), ("0B", "Accepted"), ("c", "NotFound"), ("d", "Failed")])
    func `is deleted unless it is in use, or is the charge point's own certificate`(number: String, status: String) throws {
        let inventory = CertificateInventory(
            roots: [Certificates.root("a"), Certificates.root("b")], own: [Certificates.own("d")])
        var world = try Certificates.world(inventory)
        let id = MessageId("delete")

        let request = DeleteCertificate(certificateHashData: Certificates.hash(number))
        world.feed(.received(.call(id, .deleteCertificate(request)), CardLookup()))
        if !world.certificateTasks.isEmpty { world.answerTask { .changed(CertificateInventory(), problem: nil, request: $0) } }

        #expect(world.status(id) == .deleteCertificate(.init(status: DeleteCertificateStatusEnumType(rawValue: status) ?? .failed)))
    }

    @Test(.whitepaper("M03")) func `is listed with its use's others`() throws {
        var maker = Certificates.root("m")
        maker.use = .manufacturerRootCertificate
        var world = try Certificates.world(CertificateInventory(roots: [Certificates.root("a"), maker]))

        let answers = CertificateUseEnumType.allCases.map { use in
            world.confirmed(.getInstalledCertificateIds(GetInstalledCertificateIds(certificateType: use)))
        }

        let expected = ["a", "m"].map { number -> ChargePointConfirmation? in
            .getInstalledCertificateIds(.init(certificateHashData: [Certificates.hash(number)], status: .accepted))
        }
        #expect(answers == expected)
        var empty = try Certificates.world(CertificateInventory())
        let none = empty.confirmed(
            .getInstalledCertificateIds(GetInstalledCertificateIds(certificateType: .manufacturerRootCertificate)))
        #expect(none == .getInstalledCertificateIds(.init(status: .notFound)))
    }
}

@Suite(.whitepaper("A02")) struct `A charge point certificate` {
    private static let trigger = ExtendedTriggerMessage(requestedMessage: .signChargePointCertificate)
    private static let one = CertificateInventory(roots: [Certificates.root("a")], own: [Certificates.own("old")])

    private func requests(_ world: World) -> [String] {
        world.sent.compactMap { if case .call(_, .signCertificate(let request)) = $0 { request.csr.text } else { nil } }
    }

    @Test func `asks with CpoName and the serial number`() throws {
        var world = try Certificates.world(Self.one, keys: [.cpoName: "Operator"])
        world.central.replies[.signCertificate] = [.answer("{\"status\":\"Accepted\"}")]

        #expect(world.confirmed(.extendedTriggerMessage(Self.trigger)) == .extendedTriggerMessage(.init(status: .accepted)))

        guard case .makeSigningRequest("0001", "Operator", _, let number)? = world.certificateTasks.last else {
            Issue.record("\(world.certificateTasks)")
            return
        }
        world.feed(.certificates(.signingRequestMade(csr: "CSR", problem: nil, Self.one, request: number)))
        #expect(requests(world) == ["CSR"])
    }

    @Test func `is asked for again where the connection broke before the answer`() throws {
        var world = try Certificates.world(Self.one)
        world.central.replies[.signCertificate] = [.silence, .answer("{\"status\":\"Accepted\"}")]
        world.ask(.extendedTriggerMessage(Self.trigger))
        world.answerTask { .signingRequestMade(csr: "CSR", problem: nil, Self.one, request: $0) }

        world.disconnect()
        world.connect()
        world.disconnect()
        world.connect()

        #expect(requests(world) == ["CSR", "CSR"])
    }

    /// CertificateSigned as far as the examination of what came.
    private func signed(
        _ examination: ChainExamination?, keys: [ConfigurationKey: String] = [.cpoName: "Example"]
    ) throws -> (World, MessageId) {
        var world = try Certificates.world(Self.one, keys: keys)
        let id = MessageId("signed")
        world.feed(.received(.call(id, .certificateSigned(CertificateSigned(certificateChain: "PEM"))), CardLookup()))
        if !world.certificateTasks.isEmpty { world.answerTask { .chainExamined(examination, problem: nil, request: $0) } }
        return (world, id)
    }

    @Test func `is used once it is on disk and the answer is out`() throws {
        let new = Certificates.own("new", from: .begin)
        var (world, id) = try signed(ChainExamination(certificate: new, matchesKey: true))
        #expect(world.answer(to: id) == nil)
        #expect(world.certificateTasks == [.installChain(pem: "PEM", request: 1)])

        world.answerTask {
            .changed(CertificateInventory(roots: Self.one.roots, own: Self.one.own + [new]), problem: nil, request: $0)
        }

        #expect(world.status(id) == .certificateSigned(.init(status: .accepted)))
        #expect(world.credentials.map(\.certificate) == [Fingerprint("new")])
        #expect(world.saved.clientCertificate == Fingerprint("new"))
        #expect(world.saved.fallbackCredentials == nil)
    }

    @Test(arguments: [
        nil, ChainExamination(certificate: Certificates.own("n"), matchesKey: false),
        ChainExamination(certificate: Certificates.own("n", until: .begin), matchesKey: true),
        ChainExamination(certificate: Certificates.own("n", commonName: "0002"), matchesKey: true),
        ChainExamination(certificate: Certificates.own("n", organization: "Other"), matchesKey: true),
        ChainExamination(certificate: Certificates.own("n"), matchesKey: true, flaw: "unknown root"),
    ])
    func `that is not what was asked for is Rejected, and told as a security event`(examination: ChainExamination?) throws {
        let (world, id) = try signed(examination)

        #expect(world.status(id) == .certificateSigned(.init(status: .rejected)))
        #expect(world.certificateTasks.isEmpty)
        #expect(world.credentials.isEmpty)
        let logged = world.reactions.flatMap(\.record).contains { record in
            if case .securityEvent(let entry) = record { entry.event == .invalidChargePointCertificate } else { false }
        }
        #expect(logged)
    }

    @Test func `longer than CertificateSignedMaxChainSize is not even looked at`() throws {
        for (limit, isLookedAt) in [(2, false), (3, true)] {
            let (world, id) = try signed(nil, keys: [.certificateSignedMaxChainSize: "\(limit)"])

            #expect(world.status(id) == .certificateSigned(.init(status: .rejected)))
            #expect(world.reactions.flatMap(\.then).contains { if case .certificates = $0 { true } else { false } } == isLookedAt)
        }
    }

    @Test func `of the future is used from its beginning`() throws {
        var world = try Certificates.world(Self.one)
        let new = Certificates.own("new", from: .begin + .seconds(600))
        let inventory = CertificateInventory(roots: Self.one.roots, own: Self.one.own + [new])
        world.feed(.certificates(.changed(inventory, problem: nil, request: 99)))

        world.advance(.seconds(500))
        #expect(world.credentials.isEmpty)
        world.advance(.seconds(110))

        #expect(world.credentials.map(\.certificate) == [Fingerprint("new")])
    }

    @Test func `that is refused is thrown away, and the old one used again`() throws {
        var world = try Certificates.world(Self.one)
        world.central.admits = { $0.certificate == Fingerprint("old") }
        let inventory = CertificateInventory(roots: Self.one.roots, own: Self.one.own + [Certificates.own("new", from: .begin)])
        world.feed(.certificates(.changed(inventory, problem: nil, request: 99)))

        world.advance(.seconds(200))

        #expect(world.credentials.map(\.certificate) == [Fingerprint("new"), Fingerprint("old")])
        #expect(world.saved.clientCertificate == Fingerprint("old"))
        guard case .discardOwn(Fingerprint("new"), _)? = world.certificateTasks.last else {
            Issue.record("\(world.certificateTasks)")
            return
        }
        world.advance(.seconds(1000))
        #expect(world.credentials.count == 2, "it is not tried again")
    }

    @Test(.whitepaper("A03"), arguments: [(31, false), (29, true)])
    func `is renewed when a month is left`(days: Int, isRenewed: Bool) throws {
        let own = Certificates.own("old", until: .begin + Certificates.day * days)
        var old = own
        old.notBefore = .begin - Certificates.day * 300

        let world = try Certificates.world(CertificateInventory(own: [old]))

        #expect(!world.certificateTasks.isEmpty == isRenewed)
    }

    @Test(.whitepaper("A03")) func `is asked for once, and again only after a quarter of the time`() throws {
        var old = Certificates.own("old", until: .begin + Certificates.day * 29)
        old.notBefore = .begin - Certificates.day * 300
        let asked = CertificateInventory(own: [old], requestedAt: .begin)
        var world = try Certificates.world(asked, keys: [.cpoName: "Example", .heartbeatInterval: "0"])
        world.meterPolling = nil

        world.advance(Certificates.day * 7)
        #expect(world.certificateTasks.isEmpty)
        world.advance(Certificates.day)

        #expect(world.certificateTasks.count == 1)
    }

    @Test func `needs the operator's name`() throws {
        var world = try Certificates.world(CertificateInventory(), profile: 1, keys: [:])

        #expect(world.confirmed(.extendedTriggerMessage(Self.trigger)) == .extendedTriggerMessage(.init(status: .rejected)))
    }
}
