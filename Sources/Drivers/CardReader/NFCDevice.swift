import CNFC

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An open libnfc device. Belongs to the thread that opened it; each call waits as long as the library does.
struct NFCDevice {
    private let reader: OpaquePointer
    let name: String
    /// What it can look for, in the order in which a card of several technologies is identified.
    let technologies: [CardTechnology]

    /// - Parameter patience: how long to wait while another reader of this process is being opened.
    init(_ device: String, patience: Duration) throws(CardReaderFailure) {
        var opened: OpaquePointer?
        let milliseconds = Int32(patience / .milliseconds(1))
        let result = cnfc_open(device, milliseconds, &opened)
        guard result == 0, let opened else { throw Self.whyNotOpened(device, result) }
        reader = opened
        name = String(cString: cnfc_name(opened))
        let known = Int(cnfc_technologies(opened))
        technologies = CardTechnology.allCases.filter { known & Int($0.code) != 0 }
    }

    /// Looks once for a card.
    func poll(_ technology: CardTechnology) throws(CardReaderFailure) -> [UInt8]? {
        var card = cnfc_card()
        let result = cnfc_poll(reader, technology.code, &card)
        guard result >= 0 else { throw Self.failure(result) }
        guard result > 0 else { return nil }
        return withUnsafeBytes(of: card.uid) { Array($0.prefix(Int(card.length))) }
    }

    func switchFieldOff() throws(CardReaderFailure) {
        let result = cnfc_field_off(reader)
        if result < 0 { throw Self.failure(result) }
    }

    /// Nothing may be called afterwards.
    func end() { cnfc_close(reader) }

    private static func failure(_ code: Int32) -> CardReaderFailure {
        switch Int(code) {
        case CNFC_LINE_GONE: .lineGone
        case CNFC_NO_ANSWER: .silent
        case CNFC_BUSY: .waitsForAnother
        default: .library(code)
        }
    }

    /// The library only says that it failed; the device's file says more.
    private static func whyNotOpened(_ device: String, _ code: Int32) -> CardReaderFailure {
        guard Int(code) == CNFC_NO_ANSWER, let path = devicePath(device) else { return failure(code) }
        let descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        let reason = errno
        if descriptor >= 0 {
            close(descriptor)
            return .silent
        }
        return reason == ENOENT ? .missing(path: path) : .refused(path: path, reason: systemText(reason))
    }
}

extension CardTechnology {
    /// As the shim numbers it.
    fileprivate var code: Int32 {
        switch self {
        case .iso14443A: Int32(CNFC_ISO14443A)
        case .iso14443B: Int32(CNFC_ISO14443B)
        case .felica: Int32(CNFC_FELICA)
        }
    }
}
