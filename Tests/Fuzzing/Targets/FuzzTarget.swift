/// What reads bytes that somebody else wrote: each case takes any bytes at all and must neither crash nor hang nor say what is
/// not so.
///
/// The same functions serve the fuzzer, which invents inputs for as long as it is let, and the replay of its corpus in the
/// ordinary tests.
enum FuzzTarget: String, CaseIterable, Sendable {
    /// A text message from the central system.
    case frame
    /// One payload, read as each operation's request and confirmation: the first byte names the operation.
    case payload
    case json
    case timestamp
    case board
    /// A meter's register map.
    case meter
    /// An EVSE controller's register map.
    case controller
    #if FUZZES_LINK
        /// The daemon's configuration file.
        case configuration
        /// The bytes of an open WebSocket.
        case webSocket = "web-socket"
        /// The configured URL, an identity and a redirect, one a line.
        case url
    #endif

    /// Reads the bytes; a broken promise stops the process with a sentence.
    func read(_ bytes: [UInt8]) {
        switch self {
        case .frame: readFrame(bytes)
        case .payload: readPayload(bytes)
        case .json: readJSON(bytes)
        case .timestamp: readTimestamp(bytes)
        case .board: readBoard(bytes)
        case .meter: readMeterMap(bytes)
        case .controller: readControllerMap(bytes)
        #if FUZZES_LINK
            case .configuration: readConfiguration(bytes)
            case .webSocket: readWebSocket(bytes)
            case .url: readURL(bytes)
        #endif
        }
    }
}

/// Text as the link and the readers get it; other bytes become replacement characters.
func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
