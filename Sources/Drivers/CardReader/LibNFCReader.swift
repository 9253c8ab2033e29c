import Threads

/// One card reader that libnfc drives, on an operating-system thread of its own.
///
/// libnfc blocks, and sometimes for good. The thread only makes calls that end by themselves, each with a deadline that a second thread, the
/// watchdog, enforces; so a failure is reported even while the thread is stuck. After a failure the device is opened again and again, with
/// growing pauses. Neither thread touches Swift's pool.
public final class LibNFCReader: Sendable {
    /// What the reader says.
    public enum News: Sendable, Equatable {
        /// It works, for the first time or again; `technologies`: what it looks for.
        case works(name: String, technologies: [CardTechnology])
        /// It does not work; nothing is read until it says that it works. Said once for each reason.
        case failed(CardReaderFailure)
        /// A card was presented. Said once, until the card has left the field.
        case card(ReadCard)
    }

    private let device: String
    private let wanted: Set<CardTechnology>?
    private let pace: CardReaderPace
    private let lockDirectory: String
    private let report: @Sendable (News) -> Void
    private let watch: ReaderWatch

    /// Starts reading.
    /// - Parameters:
    ///   - device: libnfc's connection string.
    ///   - technologies: what to look for; nil: everything that the device can.
    ///   - lockDirectory: where the lock file is while the device is open; must exist and be writable.
    ///   - report: called on the reader's threads, one call at a time; must not wait.
    public init(
        device: String, technologies: Set<CardTechnology>? = nil, pace: CardReaderPace = .standard, lockDirectory: String,
        report: @escaping @Sendable (News) -> Void
    ) {
        self.device = device
        wanted = technologies
        self.pace = pace
        self.lockDirectory = lockDirectory
        self.report = report
        let watch = ReaderWatch(report: report)
        self.watch = watch
        PlainThread.start(name: "card reader") { self.run() }
        PlainThread.start(name: "reader watchdog") { watch.guardCalls(interval: pace.callDeadline) }
    }

    /// Ends reading; returns at once. The device is closed when its present call comes back.
    public func stop() { watch.stop() }

    /// - Returns: whether the reader has ended within this time. If not, its thread stays in the library until that lets it go.
    @discardableResult
    public func waitUntilEnded(within limit: Duration) -> Bool { watch.waitForEnd(within: limit) }

    // Everything below runs on the reader's thread.

    /// What outlives a failure: a card that lies on the reader when the line is disturbed is still the same presentation.
    private struct Memory {
        var presence: CardPresence
        /// The technology of the card that lies there, asked for first.
        var technology: CardTechnology?
        /// Uptime of the last look that worked, and of the first since the device was opened.
        var lastLook: Duration?
        var openedSince: Duration?
        /// Failures in a row; a reader that works for a while starts anew.
        var failures = 0
    }

    private func run() {
        var memory = Memory(presence: CardPresence(absentLooks: pace.absentLooks))
        while !watch.isStopping {
            do { try serve(&memory) } catch {
                let hadSettled = memory.failures == 0 && memory.lastLook != nil
                memory.failures += 1
                // The line may have been disturbed for a moment: nobody needs to hear of that.
                if hadSettled, error != .hung { continue }
                watch.fails(error)
                watch.pause(pace.retryPause(after: memory.failures))
            }
        }
        watch.end()
    }

    /// Opens the device and reads cards until it fails or the reader is to end.
    private func serve(_ memory: inout Memory) throws(CardReaderFailure) {
        let lock = try DeviceLock(device: device, directory: lockDirectory)
        let device = try open()
        let failure: CardReaderFailure?
        do {
            try read(device, &memory)
            failure = nil
        } catch { failure = error }
        // A device that hung may hang again; it is left to the watchdog all the same.
        try watch.call(within: pace.openDeadline) { device.end() }
        _ = consume lock
        if let failure { throw failure }
    }

    private func open() throws(CardReaderFailure) -> NFCDevice {
        var opened: NFCDevice?
        do {
            let result = try watch.call(within: pace.openDeadline) {
                let result = Result { () throws(CardReaderFailure) in try NFCDevice(device, patience: pace.openDeadline / 2) }
                opened = try? result.get()
                return result
            }
            return try result.get()
        } catch {
            // It was opened, but too late to be trusted.
            opened?.end()
            throw error
        }
    }

    private func read(_ device: NFCDevice, _ memory: inout Memory) throws(CardReaderFailure) {
        let technologies = device.technologies.filter { wanted?.contains($0) ?? true }
        if technologies.isEmpty { throw .nothingToLookFor }
        memory.openedSince = nil
        while !watch.isStopping {
            let card = try look(device, technologies, first: memory.technology)
            noteSuccess(&memory)
            watch.works(.works(name: device.name, technologies: technologies))
            memory.technology = card?.technology
            if memory.presence.saw(card), let card { report(.card(card)) }
            try switchFieldOff(device)
            watch.pause(pace.gap)
        }
    }

    private func noteSuccess(_ memory: inout Memory) {
        let now = monotonicTime()
        // After a longer outage nobody has been holding a card all the time.
        if let last = memory.lastLook, now - last > pace.settled { memory.presence = CardPresence(absentLooks: pace.absentLooks) }
        memory.lastLook = now
        let since = memory.openedSince ?? now
        memory.openedSince = since
        if now - since >= pace.settled { memory.failures = 0 }
    }

    /// Looks once for each technology, until a card answers.
    /// - Parameter first: the technology of the card that lay there at the last look; while it does, nothing else is asked.
    private func look(
        _ device: NFCDevice, _ technologies: [CardTechnology], first: CardTechnology?
    ) throws(CardReaderFailure) -> ReadCard? {
        let order = technologies.filter { $0 == first } + technologies.filter { $0 != first }
        for technology in order {
            guard let uid = try poll(device, technology) else { continue }
            // Telephones speak several technologies, and come into the field slowly: the first in the list identifies them.
            if technology != first, technology != .iso14443A, technologies.contains(.iso14443A),
                let uid = try poll(device, .iso14443A)
            {
                return ReadCard(.iso14443A, uid: uid)
            }
            if technology == .iso14443B { return try readAgain(device, uid) }
            return ReadCard(technology, uid: uid)
        }
        return nil
    }

    /// Some type B cards make up their number and do not say so: it is another one each time the field comes up.
    private func readAgain(_ device: NFCDevice, _ uid: [UInt8]) throws(CardReaderFailure) -> ReadCard? {
        try switchFieldOff(device)
        guard let again = try poll(device, .iso14443B) else { return nil }
        return ReadCard(.iso14443B, uid: uid, isRandom: again != uid)
    }

    private func poll(_ device: NFCDevice, _ technology: CardTechnology) throws(CardReaderFailure) -> [UInt8]? {
        try watch.call(within: pace.callDeadline) {
            Result { () throws(CardReaderFailure) in try device.poll(technology) }
        }.get()
    }

    private func switchFieldOff(_ device: NFCDevice) throws(CardReaderFailure) {
        try watch.call(within: pace.callDeadline) {
            Result { () throws(CardReaderFailure) in try device.switchFieldOff() }
        }.get()
    }
}
