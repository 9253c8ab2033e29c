import OCPP
import Units

/// The update that there is, with what of it lives only as long as the process.
struct FirmwareKeeper: Sendable, Equatable {
    /// The last one asked for; nil: none ever.
    var update: FirmwareUpdate?
    /// The shell is at work for it.
    var isBusy = false
    /// Uptime of the next try; nil: at once.
    var retryAt: Duration?
    /// Uptime until which the machine's restart is waited for.
    var rebootDue: Duration?
    /// How often the Central System was silent about the status that is told next.
    var silences = 0
    /// Signed updates whose certificate is being looked at, the oldest first.
    var asked: [Asked] = []
    var lastQuestion = 0

    struct Asked: Sendable, Equatable {
        var question: Int
        var id: MessageId
        var request: SignedUpdateFirmware
    }

    /// More at once is a mistake of the other side.
    static let askedLimit = 4

    init(_ update: FirmwareUpdate?) { self.update = update }

    /// Notes what was installed: the next process compares it with what runs.
    mutating func installed(_ version: String?) {
        isBusy = false
        update?.expectedVersion = version
    }
}
