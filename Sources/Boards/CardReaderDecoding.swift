public import ConfigurationFile
public import Drivers

extension CardReaderConfiguration {
    /// The readers with the driver `libnfc` in a board file, whose other sections are not looked at: for a test of the readers alone.
    public static func all(inBoardFile path: String) throws(ConfigurationError) -> [CardReaderConfiguration] {
        var top = try MappingReader(Node.load(path: path))
        let connectors = try top.sequence("connectors", count: 0...BoardFile.connectorCount.upperBound)
        var readers: [CardReaderConfiguration] = []
        for node in try top.sequence("cardReaders", count: 0...BoardFile.connectorCount.upperBound) {
            var reader = try MappingReader(node)
            guard try reader.string("driver") == "libnfc" else { continue }
            readers.append(try CardReaderConfiguration(&reader, connectorCount: max(1, connectors.count)))
            try reader.finish()
        }
        return readers
    }

    /// Reads one element of `cardReaders` with the driver `libnfc`.
    /// - Parameter connectorCount: how many connectors the board has.
    public init(_ reader: inout MappingReader, connectorCount: Int) throws(ConfigurationError) {
        let driver = try reader.string("driver")
        guard driver == "libnfc" else { throw reader.error("driver", "this is not the driver 'libnfc'", "Write 'driver: libnfc'.") }
        let device = try Self.device(&reader)
        self.init(
            device: device, connectors: try Self.connectors(&reader, count: connectorCount),
            format: try reader.optionalMapping("idTag") { (inner) throws(ConfigurationError) in try IdTagFormat(&inner) }
                ?? .canonical,
            allowsRandomIds: try reader.optionalBoolean("allowRandomIds") ?? false, technologies: try Self.technologies(&reader))
    }

    private static func device(_ reader: inout MappingReader) throws(ConfigurationError) -> String {
        let device = try reader.string("device", length: 1...200)
        if device.hasPrefix("/") {
            throw reader.error(
                "device", "libnfc's driver is missing in front of the path",
                "For a PN532 on a serial line write 'pn532_uart:\(device)'.")
        }
        let driver = device.prefix { $0 != ":" }
        let isName = !driver.isEmpty && driver.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard isName, device.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 0x20 && $0.value != 0x7F }) else {
            throw reader.error(
                "device", "this is not a connection string of libnfc", "Write it as 'pn532_uart:/dev/ttyS1', the driver first.")
        }
        return device
    }

    private static func connectors(_ reader: inout MappingReader, count: Int) throws(ConfigurationError) -> [Int]? {
        guard reader.contains("connectors") else { return nil }
        var numbers: [Int] = []
        for node in try reader.sequence("connectors", count: 1...count) {
            let number = try node.integer(in: 1...count)
            guard !numbers.contains(number) else {
                throw node.error("connector \(number) stands here twice", "Remove one of them.")
            }
            numbers.append(number)
        }
        return numbers
    }

    private static func technologies(_ reader: inout MappingReader) throws(ConfigurationError) -> Set<CardTechnology>? {
        guard reader.contains("technologies") else { return nil }
        var technologies: Set<CardTechnology> = []
        for node in try reader.sequence("technologies", count: 1...CardTechnology.allCases.count) {
            technologies.insert(try node.enumeration(CardTechnology.self))
        }
        return technologies
    }
}

extension IdTagFormat {
    /// Reads the section `idTag` of a card reader, and refuses a form in which common cards do not fit.
    fileprivate init(_ reader: inout MappingReader) throws(ConfigurationError) {
        self.init(
            byteOrder: try reader.optionalEnumeration("byteOrder") ?? .reader, digits: try Self.digits(&reader),
            prefix: try Self.text("prefix", length: 0...12, &reader) ?? "")
        let limit = Self.maximumLength
        guard let length = Self.commonUIDLengths.first(where: { maximumLength(uidLength: $0) > limit }) else { return }
        throw reader.node.error(
            "the UID of \(length) bytes that many cards have becomes an idTag of up to \(maximumLength(uidLength: length)) characters, "
                + "and \(limit) are possible",
            "Shorten or remove prefix, separator or digits.")
    }

    private static func digits(_ reader: inout MappingReader) throws(ConfigurationError) -> Digits {
        let isDecimal = try reader.optionalBoolean("decimal") ?? false
        let count = try reader.optionalInteger("digits", in: 1...maximumLength)
        let letters: LetterCase? = try reader.optionalEnumeration("case")
        let separator = try text("separator", length: 0...1, &reader)
        if isDecimal {
            for key in ["case", "separator"] where reader.contains(key) {
                throw reader.error(key, "a decimal number has no \(key)", "Remove this key, or 'decimal: true'.")
            }
            return .decimal(atLeast: count ?? 0)
        }
        if count != nil {
            throw reader.error("digits", "only a decimal number is filled up", "Remove this key, or add 'decimal: true'.")
        }
        return .hexadecimal(letters ?? .upper, separator: separator ?? "")
    }

    private static func text(
        _ key: String, length: ClosedRange<Int>, _ reader: inout MappingReader
    ) throws(ConfigurationError) -> String? {
        guard let text = try reader.optionalString(key, length: length) else { return nil }
        guard text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F }) else {
            throw reader.error(
                key, "an idTag is made of visible ASCII characters", "Use letters, digits and signs, without spaces.")
        }
        return text
    }
}
