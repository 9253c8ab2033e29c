import CentralSystemLink
import LocalAPIModels
import Units

/// The way to the central system, one check after the other: the first that fails is the one thing to put right.
struct Examination {
    enum Check: String, CaseIterable, Codable {
        case configuration, nameResolution, tcp, tls, upgrade, subprotocol, authentication, clock, daemon

        var title: String {
            switch self {
            case .configuration: "Configuration"
            case .nameResolution: "Name resolution"
            case .tcp: "TCP"
            case .tls: "TLS"
            case .upgrade: "HTTP upgrade"
            case .subprotocol: "Subprotocol"
            case .authentication: "Authentication"
            case .clock: "Clock"
            case .daemon: "Daemon"
            }
        }
    }
    enum Result: String, Codable { case passed, warning, failed, notReached }
    struct Finding {
        var result: Result
        var facts: [String]
        var remedy = ""
    }
    struct TimedStep: Sendable {
        var step: LinkProgress
        /// By the clock of this machine.
        var at: Timestamp
    }
    enum End {
        case connected(LinkInfo)
        case failed(LinkFailure)
    }

    /// Clocks that differ by no more are said to agree.
    static let clockTolerance = Duration.seconds(60)
    private static let warningDays = 30

    var url: String?
    private var findings: [Check: Finding] = [:]

    mutating func pass(_ check: Check, _ facts: String...) { findings[check] = Finding(result: .passed, facts: facts) }
    mutating func fail(_ check: Check, _ fact: String, _ remedy: String) {
        findings[check] = Finding(result: .failed, facts: [fact], remedy: remedy)
    }

    /// What the first failing check found and what to do; `nil`: all is well.
    var failure: String? {
        let first = Check.allCases.lazy.compactMap { check in findings[check].map { (check, $0) } }.first { $0.1.result == .failed }
        return first.map { check, finding in
            "\(check.title) fails: " + (finding.facts + [finding.remedy]).filter { !$0.isEmpty }.joined(separator: " ")
        }
    }

    // MARK: What was found

    mutating func resolved(_ host: String, _ addresses: [String]) {
        guard !addresses.isEmpty else {
            let failure = LinkFailure(.nameResolution(host: host))
            return fail(.nameResolution, failure.fact, failure.remedy)
        }
        pass(.nameResolution, addresses == [host] ? "\(host) is an address" : "\(host) is \(addresses.joined(separator: ", "))")
    }

    /// - Parameter password: whether one is shown.
    mutating func take(_ steps: [TimedStep], _ end: End, password: Bool, clientCertificate: CertificateSummary?) {
        for step in steps { take(step, clientCertificate: clientCertificate) }
        switch end {
        case .connected(let info):
            if let warning = info.warning {
                findings[.subprotocol] = Finding(result: .warning, facts: [warning])
            } else {
                pass(.subprotocol, info.subprotocol ?? "")
            }
            let shown = [password ? "the password" : nil, clientCertificate == nil ? nil : "the client certificate"].compactMap(
                \.self)
            pass(.authentication, shown.isEmpty ? "none is asked for" : "the server accepts \(shown.joined(separator: " and "))")
        case .failed(let failure): fail(check(failure.kind), failure.fact, failure.remedy)
        }
    }

    private mutating func take(_ step: TimedStep, clientCertificate: CertificateSummary?) {
        switch step.step {
        case .opening(let url):
            if findings[.tcp] != nil { findings[.upgrade] = Finding(result: .passed, facts: ["redirected to \(url)"]) }
            if !url.isSecure { pass(.tls, "none: ws:// is neither encrypted nor authenticated") }
        case .connected(let address): pass(.tcp, "connected to \(address)")
        case .secured(let peer): secured(peer, clientCertificate, at: step.at)
        case .answered(let status, let date):
            let earlier = findings[.upgrade]?.facts ?? []
            findings[.upgrade] = Finding(result: .passed, facts: earlier + ["answered HTTP \(status)"])
            compareClocks(date, at: step.at)
        }
    }

    private mutating func secured(_ peer: TLSPeer, _ own: CertificateSummary?, at now: Timestamp) {
        let root = peer.chain.last.map { ", anchored in '\($0.subject)' from \(peer.trust)" } ?? ""
        var facts = ["\(peer.version), \(peer.cipherSuite)\(root)"]
        facts += peer.chain.map { "\($0.subject): \(left($0, now))" }
        if let own { facts.append("own certificate \(own.subject): \(left(own, now))") }
        let isSoon = ([own].compactMap(\.self) + peer.chain).contains { $0.daysLeft(at: now) < Self.warningDays }
        findings[.tls] = Finding(
            result: isSoon ? .warning : .passed, facts: facts,
            remedy: isSoon ? "Have what expires soon renewed: the connection is refused from then on." : "")
    }

    private func left(_ certificate: CertificateSummary, _ now: Timestamp) -> String {
        "\(certificate.daysLeft(at: now)) days left, until \(certificate.notAfter)"
    }

    private mutating func compareClocks(_ date: String?, at now: Timestamp) {
        guard let date else { return pass(.clock, "the server does not tell its time") }
        guard let told = Timestamp(httpDate: date) else { return pass(.clock, "the server's time cannot be read") }
        let difference = (now - told).components.seconds
        let words =
            difference == 0
            ? "agrees with the server's" : "is \(abs(difference)) s \(difference < 0 ? "behind" : "ahead of") the server's"
        guard abs(difference) > Self.clockTolerance.components.seconds else { return pass(.clock, "this machine's clock \(words)") }
        fail(
            .clock, "This machine's clock says \(now), which \(words).",
            "Set up a time service and look at `timedatectl`; if this clock is right, the central system's is wrong.")
    }

    private func check(_ kind: LinkFailure.Kind) -> Check {
        switch kind {
        case .invalidURL: .configuration
        case .nameResolution: .nameResolution
        case .connectionRefused, .unreachable, .timedOut(.connect): .tcp
        case .transportSecurityUnavailable, .tls: .tls
        case .subprotocol: .subprotocol
        case .unauthorised: .authentication
        case .timedOut(.handshake), .httpStatus, .redirect, .protocolError, .tooBig, .notText, .pongMissed, .closedByPeer,
            .connectionLost, .closedByUs, .notConnected, .sendBufferFull:
            .upgrade
        }
    }

    /// - Parameter own: the link of the daemon that runs; nil: none does, or it may not be asked.
    mutating func compare(with own: CentralSystemReport?) {
        guard let own else { return }
        guard own.connected else {
            // A password or certificate that came over OCPP counts for the daemon, and is in no file.
            let remedy =
                failure == nil
                ? "What the file says is accepted: if it is to count again, change authorizationKey or securityProfile there and restart."
                : ""
            findings[.daemon] = Finding(
                result: .warning, facts: ["ladepunktd is not connected: \(own.lastError ?? "it has only begun")"], remedy: remedy)
            return
        }
        pass(.daemon, "ladepunktd is connected\(own.registration.map { ", \($0)" } ?? "")")
        for check in [Check.tls, .authentication] where findings[check]?.result == .failed {
            findings[check]?.result = .warning
            findings[check]?.remedy =
                "ladepunktd is connected all the same, with credentials that came over OCPP since: nothing has to be done."
        }
    }

    // MARK: Shown

    /// A line for each fact.
    var text: String {
        var rows: [[String]] = []
        for check in Check.allCases {
            let finding = findings[check] ?? Finding(result: .notReached, facts: ["not reached"])
            let lines = (finding.facts + [finding.remedy]).filter { !$0.isEmpty }
            for (index, line) in lines.enumerated() {
                rows.append((index == 0 ? [finding.result.mark, check.title] : ["", ""]) + [printable(line)])
            }
        }
        return (url.map { "\(printable($0))\n" } ?? "") + TextTable.render(rows)
    }

    var report: Report {
        Report(
            url: url, ok: failure == nil,
            checks: Check.allCases.map { check in
                let finding = findings[check] ?? Finding(result: .notReached, facts: [])
                return Report.Line(
                    check: check, result: finding.result, facts: finding.facts,
                    remedy: finding.remedy.isEmpty ? nil : finding.remedy)
            })
    }

    /// What `--json` prints.
    struct Report: Encodable {
        var url: String?
        var ok: Bool
        var checks: [Line]

        struct Line: Encodable {
            var check: Check
            var result: Result
            var facts: [String]
            var remedy: String?
        }
    }
}

extension Examination.Result {
    fileprivate var mark: String {
        switch self {
        case .passed: "ok"
        case .warning: "warn"
        case .failed: "FAILED"
        case .notReached: "–"
        }
    }
}

extension Timestamp {
    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), the one form that servers may still send.
    init?(httpDate text: String) {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        self.init("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
