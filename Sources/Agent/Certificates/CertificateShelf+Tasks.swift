import Certificates
import ChargePointCore
import ConfigurationFile
import OCPP
import Units

// What the core wants done with certificates.
extension CertificateShelf {
    func carryOut(_ task: CertificateTask) -> CertificateAnswer {
        switch task {
        case .examineRoot(let pem, let use, let request): return examineRoot(pem, use, request)
        case .installRoot(let pem, let use, let request):
            return changed(request) { () throws(CertificateProblem) in
                let root = try single(pem)
                let issuer = try signer(of: root, CertificateStore.Use(use))
                try store.install(root, issuer: issuer, as: CertificateStore.Use(use))
            }
        case .deleteRoot(let id, let use, let request):
            return changed(request) { () throws(CertificateProblem) in
                try store.removeRoot(id.text, CertificateStore.Use(use))
            }
        case .examineChain(let pem, let time, let request): return examineChain(pem, at: time, request)
        case .installChain(let pem, let request):
            return changed(request) { () throws(CertificateProblem) in try store.installOwn(try Certificate.all(pem: pem)) }
        case .discardOwn(let id, let request):
            return changed(request) { () throws(CertificateProblem) in try store.removeOwn(id.text) }
        case .makeSigningRequest(let commonName, let organization, let time, let request):
            return makeSigningRequest(commonName, organization, time, request)
        }
    }

    private func changed(_ request: Int, _ change: () throws(CertificateProblem) -> Void) -> CertificateAnswer {
        var problem: String?
        do { try change() } catch { problem = error.description }
        do { return .changed(try inventory(), problem: problem, request: request) } catch {
            return .changed(CertificateInventory(), problem: problem ?? error.description, request: request)
        }
    }

    // MARK: Roots

    private func single(_ pem: String) throws(CertificateProblem) -> Certificate {
        let certificates = try Certificate.all(pem: pem)
        guard certificates.count == 1 else { throw CertificateProblem("there is more than one certificate in it") }
        return certificates[0]
    }

    private func signer(of root: Certificate, _ use: CertificateStore.Use) throws(CertificateProblem) -> Certificate? {
        try store.roots(use).map(\.certificate).first { $0 != root && root.isSigned(by: $0) }
    }

    private func examineRoot(_ pem: String, _ use: CertificateUseEnumType, _ request: Int) -> CertificateAnswer {
        do {
            let root = try single(pem)
            let kind = CertificateStore.Use(use)
            let signer = try signer(of: root, kind)
            var flaw: String?
            if !root.isStrong { flaw = "its key is too short, or its signature uses a broken hash" }
            if root.isSelfIssued, signer == nil, !root.isSigned(by: root) { flaw = "its signature does not hold" }
            let facts = RootCertificate(
                CertificateStore.Root(certificate: root, issuer: signer ?? root), kind,
                among: try store.roots(kind).map(\.certificate))
            let examination = RootExamination(certificate: facts, isAuthority: root.isAuthority, flaw: flaw)
            return .rootExamined(examination, problem: nil, request: request)
        } catch { return .rootExamined(nil, problem: error.description, request: request) }
    }

    // MARK: The charge point's own

    private func examineChain(_ pem: String, at time: Timestamp, _ request: Int) -> CertificateAnswer {
        do {
            let chain = try Certificate.all(pem: pem)
            let certificate = chain[0]
            let roots = try store.roots(.centralSystemRoot).map(\.certificate)
            let matches = try store.pending()?.key.belongs(to: certificate) ?? false
            let examination = ChainExamination(
                certificate: OwnCertificate(chain, roots), matchesKey: matches, flaw: flaw(chain, roots, at: time))
            return .chainExamined(examination, problem: nil, request: request)
        } catch { return .chainExamined(nil, problem: error.description, request: request) }
    }

    private func flaw(_ chain: [Certificate], _ roots: [Certificate], at time: Timestamp) -> String? {
        let certificate = chain[0]
        if certificate.isAuthority { return "it is the certificate of an authority" }
        if !certificate.isStrong { return "its key is too short, or its signature uses a broken hash" }
        // Where only the system's roots are trusted, there is no hierarchy of this operator's that it could be held against.
        let anchors = roots.isEmpty && section?.caFile == nil ? Array(chain.dropFirst().suffix(1)) : roots
        if anchors.isEmpty, roots.isEmpty, section?.caFile == nil { return nil }
        return CertificateChain.flaw(chain, roots: anchors, at: max(time.milliseconds / 1000, certificate.notBefore))
    }

    private func makeSigningRequest(
        _ commonName: String, _ organization: String, _ time: Timestamp, _ request: Int
    ) -> CertificateAnswer {
        var csr: String?
        var problem: String?
        do {
            let key: PrivateKey
            let kept: String
            if let uri = section?.clientKey, PrivateKey.isURI(uri) {
                // What cannot leave its TPM or token is certified anew.
                (key, kept) = (try PrivateKey(uri: uri), uri)
            } else {
                key = try PrivateKey.make(section?.keyAlgorithm == .rsa3072 ? .rsa3072 : .p256)
                kept = try key.pem()
            }
            let text = try key.signingRequest(commonName: commonName, organization: organization)
            try store.keepPending(key: kept, request: text, at: time.milliseconds / 1000)
            csr = text
        } catch { problem = error.description }
        do {
            return .signingRequestMade(csr: csr, problem: problem, try inventory(), request: request)
        } catch {
            return .signingRequestMade(csr: nil, problem: problem ?? error.description, CertificateInventory(), request: request)
        }
    }
}
