import OCPP
import Units

// The Local Authorization List (OCPP 1.6 §3.5.2, §5.10, §5.15): decided here by version and lengths, kept on disk, never in memory.
extension ChargePoint {
    /// Off, the list neither decides anything nor can be asked for or changed; what is on disk stays there.
    var isLocalListEnabled: Bool {
        configuration.boolean(.localAuthListEnabled) && enabledProfiles.contains(.localAuthListManagement)
    }

    mutating func getLocalListVersion(_ id: MessageId) {
        // "a version number of -1 SHALL be used to indicate that the Charge Point does not support Local Authorization Lists."
        reply(id, .getLocalListVersion(.init(listVersion: isLocalListEnabled ? localList.version : -1)))
    }

    mutating func sendLocalList(_ request: SendLocalList, _ id: MessageId, _ overlap: LocalListOverlap?) {
        let status: UpdateStatus
        do throws(LocalListProblem) {
            let length = try length(after: request, overlap)
            status = .accepted
            // "A version number of 0 (zero) SHALL be used to indicate that the local authorization list is empty."
            localList = LocalListSummary(version: length == 0 ? 0 : request.listVersion, length: length)
            record(
                .localListUpdated(
                    LocalListUpdate(
                        version: localList.version, type: request.updateType, entries: request.localAuthorizationList ?? [])))
            // Whatever it contradicted, the Central System has said something new.
            faults.removeAll { $0.kind == .localListConflict }
            log(.notice, "the Local Authorization List has version \(localList.version) and \(length) identifiers")
        } catch {
            status = error.status
            log(.warning, "SendLocalList \(request.updateType.rawValue) \(request.listVersion) refused: \(error.reason)")
        }
        reply(id, .sendLocalList(.init(status: status)))
    }

    /// Why an update changes nothing.
    private struct LocalListProblem: Error {
        var status = UpdateStatus.failed
        var reason: String
    }

    /// How many identifiers the list has after the update.
    private func length(after update: SendLocalList, _ overlap: LocalListOverlap?) throws(LocalListProblem) -> Int {
        guard isLocalListEnabled else { throw LocalListProblem(status: .notSupported, reason: "LocalAuthListEnabled is false") }
        if let storageFailure { throw LocalListProblem(reason: "nothing can be recorded: \(storageFailure)") }
        let entries = update.localAuthorizationList ?? []
        // Errata 3.52: "SHALL NOT be -1 or 0"; an empty full list of version 0 is how some Central Systems clear it.
        guard update.listVersion > 0 || update.listVersion == 0 && update.updateType == .full && entries.isEmpty else {
            throw LocalListProblem(reason: "a list's version is at least 1")
        }
        let most = configuration.integer(.sendLocalListMaxLength)
        guard entries.count <= most else {
            throw LocalListProblem(reason: "\(entries.count) entries, at most \(most) in a message (SendLocalListMaxLength)")
        }
        guard Set(entries.map(\.idTag)).count == entries.count else {
            throw LocalListProblem(reason: "an identifier is in it twice")
        }
        let length: Int
        switch update.updateType {
        case .full:
            guard entries.allSatisfy({ $0.idTagInfo != nil }) else {
                throw LocalListProblem(reason: "an entry of a full list has no idTagInfo")
            }
            length = entries.count
        case .differential:
            guard update.listVersion > localList.version else {
                throw LocalListProblem(status: .versionMismatch, reason: "the list has version \(localList.version)")
            }
            guard let overlap else { throw LocalListProblem(reason: "the list cannot be read") }
            let set = entries.count { $0.idTagInfo != nil }
            length = localList.length + set - overlap.replaced - overlap.removed
        }
        let limit = configuration.integer(.localAuthListMaxLength)
        guard length <= limit else {
            throw LocalListProblem(reason: "the list would have \(length) entries, at most \(limit) (LocalAuthListMaxLength)")
        }
        return length
    }

    // MARK: What the Central System says of a listed identifier

    /// §3.5.2: "the Charge Point SHALL inform the Central System by sending a StatusNotification with ConnectorId set to 0, and
    /// ErrorCode set to 'LocalListConflict'."
    mutating func compareWithList(_ idTag: IdToken, _ said: IdTagInfo, _ listed: IdTagInfo?) {
        guard isLocalListEnabled, let listed else { return }
        let conflict = BoardFault(.localListConflict, info: "the Local Authorization List about …\(idTag.text.suffix(4))")
        faults.removeAll { $0.kind == conflict.kind && $0.info == conflict.info }
        // "valid" corresponds to "Accepted/ConcurrentTx".
        let isValid = [.accepted, .concurrentTx].contains(said.status)
        let isListedValid =
            [.accepted, .concurrentTx].contains(listed.status) && listed.expiryDate.map { $0 > clock.now(now) } ?? true
        guard isValid != isListedValid else { return }
        // One conflict is told at a time: the latest.
        faults.removeAll { $0.kind == .localListConflict }
        faults.append(conflict)
        log(
            .warning,
            "the Central System says \(said.status.rawValue) of an identifier that the Local Authorization List has as "
                + (isListedValid ? "valid" : "not valid"))
    }
}
