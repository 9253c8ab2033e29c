public import OCPP
public import Units

/// All configuration keys with their values (OCPP 1.6 §9): one table of rules, one map of what differs from them.
public struct ConfigurationTable: Sendable, Equatable {
    let board: BoardProfile
    /// Values that differ from the initial ones, by the key's proper name; keys that no rule names are vendor keys.
    public private(set) var values: [String: String]

    public init(board: BoardProfile, values: [String: String] = [:]) {
        self.board = board
        self.values = values
    }

    /// Why a value is not taken; says what would be.
    public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        public var status: ConfigurationStatus
        public var description: String
    }

    /// The proper spelling of a key that exists.
    public func properName(_ name: String) -> String? {
        if let connector = connector(ofPublicKey: name) { return Self.publicKeyName(connector) }
        if let key = ConfigurationKey(named: name) { return ConfigurationRule(key, board: board) == nil ? nil : key.rawValue }
        return values.keys.first { $0.lowercased() == name.lowercased() }
    }

    /// Checks a value as ChangeConfiguration does; nothing changes (OCPP 1.6 §5.3).
    ///
    /// - Parameter isFromFile: the configuration file also sets what is read-only over OCPP, and makes vendor keys.
    /// - Returns: the value as it is kept and read back.
    public func checked(_ name: String, _ value: String, isFromFile: Bool = false) throws(Refusal) -> String {
        guard connector(ofPublicKey: name) == nil else {
            throw Refusal(status: .rejected, description: "\(name) is read-only: the meter's key is what it is")
        }
        guard let key = ConfigurationKey(named: name) else {
            guard isFromFile || properName(name) != nil else {
                throw Refusal(status: .notSupported, description: "\(name): this charge point has no such configuration key")
            }
            guard value.unicodeScalars.count <= 500 else {
                throw Refusal(status: .rejected, description: "\(name): at most 500 characters")
            }
            return value
        }
        guard let rule = ConfigurationRule(key, board: board) else {
            throw Refusal(status: .notSupported, description: "\(name): this board has nothing that the key could act on")
        }
        guard rule.access != .readOnly || isFromFile else {
            throw Refusal(status: .rejected, description: "\(key.rawValue) is read-only")
        }
        if let limit = key.maximumLength, value.commaSeparated.count > integer(limit) {
            throw Refusal(
                status: .rejected, description: "\(key.rawValue): at most \(integer(limit)) items (\(limit.rawValue))")
        }
        do { return try rule.kind.checked(value, board: board) } catch {
            throw Refusal(status: .rejected, description: "\(key.rawValue): \(error)")
        }
    }

    /// Sets a value that `checked` returned.
    public mutating func set(_ name: String, _ value: String) {
        let proper = properName(name) ?? name
        if let key = ConfigurationKey(named: proper), ConfigurationRule(key, board: board)?.initial == value {
            values[proper] = nil
        } else {
            values[proper] = value
        }
    }

    public func text(_ key: ConfigurationKey) -> String {
        values[key.rawValue] ?? ConfigurationRule(key, board: board)?.initial ?? ""
    }

    func boolean(_ key: ConfigurationKey) -> Bool { text(key) == "true" }
    func integer(_ key: ConfigurationKey) -> Int { Int(text(key)) ?? 0 }
    func seconds(_ key: ConfigurationKey) -> Duration { .seconds(integer(key)) }
    /// nil for 0, which switches the thing off.
    func interval(_ key: ConfigurationKey) -> Duration? { integer(key) > 0 ? seconds(key) : nil }

    /// The measurands of a list, empty when switched off.
    func measurands(_ key: ConfigurationKey) -> [MeasurandRequest] {
        // One that is named twice is told once: values that are added up must not count twice.
        text(key).commaSeparated.compactMap(MeasurandRequest.init).reduce(into: []) { requests, request in
            if !requests.contains(request) { requests.append(request) }
        }
    }

    /// What GetConfiguration answers for a key: never a write-only value (errata J 3.12).
    public func keyValue(_ name: String) -> KeyValue? {
        guard let proper = properName(name) else { return nil }
        if let connector = connector(ofPublicKey: name) { return publicKey(of: connector) }
        guard let key = ConfigurationKey(named: proper), let rule = ConfigurationRule(key, board: board) else {
            return KeyValue(key: CiString(truncating: proper), readonly: false, value: CiString(truncating: values[proper] ?? ""))
        }
        let value: CiString<500>? = rule.access == .writeOnly ? nil : CiString(truncating: text(key))
        return KeyValue(key: CiString(truncating: proper), readonly: rule.access == .readOnly, value: value)
    }

    /// Every key that can be read, standard ones first, vendor keys after, each in the order of their names.
    public var readable: [KeyValue] {
        let standard = ConfigurationKey.allCases.filter { key in
            ConfigurationRule(key, board: board).map { $0.access != .writeOnly } ?? false
        }
        let vendor = values.keys.filter { ConfigurationKey(named: $0) == nil }.sorted()
        let keys = board.connectors.filter { $0.meter?.publicKey != nil }.map { Self.publicKeyName($0) }
        return (standard.map(\.rawValue) + keys + vendor).compactMap(keyValue)
    }
}

extension String {
    /// The parts of a comma separated list, without blanks around them; an empty text has none.
    var commaSeparated: [String] {
        // Bytes, not characters: this is asked in every step, and what separates is ASCII.
        utf8.split(separator: UInt8(ascii: ",")).compactMap { part in
            var part = part
            while let first = part.first, first.isBlank { part.removeFirst() }
            while let last = part.last, last.isBlank { part.removeLast() }
            return part.isEmpty ? nil : String(Substring(part))
        }
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}
