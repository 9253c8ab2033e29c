import OCPP
import Units

// GetDiagnostics (OCPP 1.6 §5.9, §4.4) and GetLog (security whitepaper, use case N01): which request runs, how often it is tried, and
// what is told of it. Making and sending the file is the shell's.
extension ChargePoint {
    mutating func getDiagnostics(_ request: GetDiagnostics, _ id: MessageId) {
        guard Self.isTransferable(request.location) else {
            log(.notice, "GetDiagnostics: the location is no URL that files can be sent to")
            reply(id, .getDiagnostics(.init()))
            return logUploads.tell(.diagnostics(.uploadFailed))
        }
        let name = logFileName("diagnostics")
        giveUpUpload(for: .getDiagnostics)
        reply(id, .getDiagnostics(.init(fileName: CiString(truncating: name))))
        begin(
            LogUpload(
                number: logUploads.nextNumber(), kind: .diagnosticsLog, location: request.location, fileName: name,
                from: request.startTime, to: request.stopTime), for: .getDiagnostics, request.retries, request.retryInterval)
    }

    mutating func getLog(_ request: GetLog, _ id: MessageId) {
        guard Self.isTransferable(request.log.remoteLocation.text) else {
            log(.notice, "GetLog: the location is no URL that files can be sent to")
            return reply(id, .getLog(.init(status: .rejected)))
        }
        let asker = LogUploads.Asker.getLog(requestId: request.requestId)
        let name = logFileName(request.logType == .securityLog ? "security-log" : "diagnostics")
        // "The Charge Point SHOULD cancel the ongoing log file upload AND respond with status AcceptedCanceled" (N01.FR.11).
        let status: LogStatusEnumType = giveUpUpload(for: asker) ? .acceptedCanceled : .accepted
        reply(id, .getLog(.init(status: status, filename: LimitedString(truncating: name))))
        begin(
            LogUpload(
                number: logUploads.nextNumber(), kind: request.logType, location: request.log.remoteLocation.text, fileName: name,
                from: request.log.oldestTimestamp, to: request.log.latestTimestamp), for: asker, request.retries,
            request.retryInterval)
    }

    private mutating func begin(_ upload: LogUpload, for asker: LogUploads.Asker, _ retries: Int?, _ retryInterval: Int?) {
        logUploads.begin(upload, for: asker, retries: retries, retryInterval: retryInterval)
        out.then.append(.uploadLog(upload))
    }

    /// - Returns: whether one ran.
    @discardableResult
    private mutating func giveUpUpload(for asker: LogUploads.Asker) -> Bool {
        guard let old = logUploads.giveUp(for: asker) else { return false }
        log(.notice, "the upload of \(old.upload.fileName) is given up for another request")
        out.then.append(.giveUpLogUpload(old.upload.number))
        return true
    }

    mutating func logUploadEnded(_ number: Int, _ outcome: LogUploadOutcome) {
        guard let running = logUploads.running, running.upload.number == number, running.step == .uploading else { return }
        switch outcome {
        case .uploaded:
            log(.notice, "\(running.upload.fileName) is uploaded")
            logUploads.ended(.uploaded)
        case .failed(let failure, let words, let isFinal):
            guard running.attemptsLeft > 0, !isFinal else {
                log(.warning, "\(running.upload.fileName) is not uploaded: \(words)")
                out.then.append(.giveUpLogUpload(number))
                return logUploads.ended(failure.status)
            }
            log(.notice, "\(running.upload.fileName) is tried again in \(running.retryInterval): \(words)")
            logUploads.wait(until: now.uptime + running.retryInterval)
        }
    }

    mutating func retryLogUpload() {
        if let upload = logUploads.takeDue(at: now.uptime) { out.then.append(.uploadLog(upload)) }
    }

    // MARK: Telling

    /// "Charge Point sends a notification to inform the Central System about the status of a diagnostics upload" (OCPP 1.6 §4.4): each
    /// change once, and what was not answered again when the connection is back.
    mutating func sendLogStatus() -> Bool {
        guard let status = logUploads.untold.first else { return false }
        send(request(status), .logStatus(status))
        return true
    }

    private func request(_ status: LogUploads.Status) -> ChargePointRequest {
        switch status {
        case .diagnostics(let status): .diagnosticsStatusNotification(DiagnosticsStatusNotification(status: status))
        case .log(let status, let requestId):
            .logStatusNotification(LogStatusNotification(status: status, requestId: requestId))
        }
    }

    /// Whatever the answer is: it was heard.
    mutating func logStatusAnswered(_ status: LogUploads.Status, _ result: Result<Payload, CallError>) {
        if case .failure(let error) = result { log(.warning, "answered with \(error.code.rawValue): \(error.description)") }
        logUploads.told(status)
    }

    /// §4.4: "Idle SHALL only be used … when it is not busy uploading diagnostics."
    mutating func triggerDiagnosticsStatus() {
        var status = DiagnosticsStatus.idle
        if case .getDiagnostics? = logUploads.running?.asker { status = .uploading }
        calls.enqueue(.diagnosticsStatusNotification(DiagnosticsStatusNotification(status: status)), .other, isTriggered: true)
    }

    /// N01.FR.12: the requestId is there unless nothing is uploaded.
    mutating func triggerLogStatus() {
        var message = LogStatusNotification(status: .idle)
        if case .getLog(let requestId)? = logUploads.running?.asker {
            message = LogStatusNotification(status: .uploading, requestId: requestId)
        }
        calls.enqueue(.logStatusNotification(message), .other, isTriggered: true)
    }

    private static func isTransferable(_ location: String) -> Bool {
        location.firstRange(of: "://").map { LogUploads.schemes.contains(location[..<$0.lowerBound].lowercased()) } ?? false
    }

    /// One that no other charge point and no other request uses: many upload to one folder.
    private mutating func logFileName(_ kind: String) -> String {
        let serial = (settings.identity.chargePointSerialNumber?.text ?? "").filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        let time = "\(Timestamp(seconds: clock.now(now).milliseconds / 1000))".filter { $0 != "-" && $0 != ":" }
        let words = [kind, serial, time, String(identifiers.uuid().prefix(8))]
        return words.filter { !$0.isEmpty }.joined(separator: "-") + ".tar.gz"
    }
}
