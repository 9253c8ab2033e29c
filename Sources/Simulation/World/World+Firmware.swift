import ChargePointCore
import OCPP
import Units

// Updates of the firmware: asked for at any time, fetched, verified and installed with luck or without.
extension World {
    func perhapsAskForFirmware() {
        guard link.state != .closed, workshop.numbers.chance(workshop.rate) else { return }
        workshop.requests += 1
        let time = clock.trueTime + .seconds(workshop.numbers.pick([-1000, 0, 30, 600, 10_000_000]))
        let retries: Int? = workshop.numbers.pick([nil, 0, 1, 3])
        let interval: Int? = workshop.numbers.pick([nil, 0, 5, 300])
        let text: String
        if workshop.numbers.chance(0.5) {
            let install: Timestamp? = workshop.numbers.chance(0.3) ? time + .seconds(workshop.numbers.pick([10, 900])) : nil
            text =
                centralSystem.call(
                    SignedUpdateFirmware(
                        retries: retries, retryInterval: interval, requestId: workshop.requests,
                        firmware: FirmwareType(
                            location: "ftp://files/image", retrieveDateTime: time, installDateTime: install,
                            signingCertificate: "certificate", signature: "signature"))
                ).text
        } else {
            text =
                centralSystem.call(
                    UpdateFirmware(location: "ftp://files/image", retries: retries, retrieveDate: time, retryInterval: interval)
                ).text
        }
        sendToChargePoint(text, connection: link.connection)
    }

    /// The outcome of an effect, as it will be, some time from now.
    func work(_ effect: Effect) {
        switch effect {
        case .fetchFirmware(let update):
            let outcomes: [FirmwareOutcome] = [
                .fetched, .fetched, .fetched, .notFetched("it broke off", isWorthRetrying: true),
                .notFetched("it cannot be", isWorthRetrying: false),
            ]
            plan(workshop.numbers.pick(outcomes), update)
        case .verifyFirmware(let update):
            plan(workshop.numbers.chance(0.8) ? .verified : .notVerified("the signature does not fit"), update)
        case .installFirmware(let update): install(update)
        case .discardFirmware: _ = workshop.begin()
        case .checkSigningCertificate(_, _, let question):
            let verdicts: [SigningCertificateVerdict] = [.valid, .valid, .valid, .invalid("unknown root"), .revoked("revoked")]
            agenda.plan(
                .signingVerdict(workshop.numbers.pick(verdicts), question: question),
                at: clock.elapsed + workshop.numbers.milliseconds(0...300))
        default: break
        }
    }

    private func install(_ update: FirmwareUpdate) {
        let version = "2.0-\(workshop.requests)"
        let isHeld = workshop.numbers.chance(0.8)
        switch workshop.numbers.below(5) {
        case 0:
            plan(.notInstalled("no room", isImageUnfit: workshop.numbers.chance(0.5)), update)
            return
        case 1:
            workshop.claimed[update.id] = version
            plan(.installed(version: version, .none), update, runs: version)
        case 2, 3:
            // Some say what they installed, some do not; and some roll back before they are seen.
            if isHeld { workshop.nextProcess = version }
            plan(.installed(version: workshop.numbers.chance(0.7) ? version : nil, .process), update)
        default:
            if isHeld { workshop.nextMachine = version }
            plan(.installed(version: version, .machine), update)
            if workshop.numbers.chance(0.8) {
                agenda.plan(.machineRestarts, at: clock.elapsed + workshop.numbers.seconds(180...400))
            }
        }
    }

    private func plan(_ outcome: FirmwareOutcome, _ update: FirmwareUpdate, runs version: String? = nil) {
        agenda.plan(
            .firmware(outcome, update: update.id, job: workshop.begin(), runs: version),
            at: clock.elapsed + workshop.numbers.seconds(1...120))
    }

    func firmware(_ outcome: FirmwareOutcome, _ id: String, job: Int, runs version: String?) {
        guard job == workshop.job else { return }
        if let version { workshop.run(version) }
        if variant == .claimsInstallation, case .installed(_, .process) = outcome {
            return inbox.append(.firmware(.installed(version: nil, .none), update: id))
        }
        inbox.append(.firmware(outcome, update: id))
    }
}
