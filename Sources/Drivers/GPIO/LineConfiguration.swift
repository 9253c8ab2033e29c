/// A GPIO line as a board file names it: `gpiochip0/relay`, `/dev/gpiochip0/17`, `pinctrl-bcm2711/GPIO17`.
///
/// Chip by device path, name or label; after the last "/" the line's name on that chip, or its offset.
public struct LineName: Sendable, Hashable, CustomStringConvertible {
    public var chip: String
    public var line: String

    /// nil: there is no "/", or nothing before or behind it, or more than the kernel's 31 characters for a line.
    public init?(_ text: String) {
        guard let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        chip = String(text[..<slash])
        line = String(text[text.utf8.index(after: slash)...])
        guard !chip.isEmpty, !line.isEmpty, chip != "/dev", chip.utf8.count < 64, line.utf8.count < 32 else { return nil }
    }

    public var description: String { "\(chip)/\(line)" }

    /// The same for `/dev/gpiochip0/17` and `gpiochip0/17`. A label and a name of one chip differ nevertheless: only the kernel knows.
    public var canonical: String { chip.hasPrefix("/dev/") ? "\(chip.dropFirst(5))/\(line)" : description }
}

/// One line with how it is wired.
public struct LineConfiguration: Sendable, Equatable {
    public var name: LineName
    /// The line's low level means "yes".
    public var isActiveLow: Bool
    /// Inputs only.
    public var pull: Pull
    /// How long an input must rest before it counts; nil: what its role needs.
    public var debounce: Duration?

    /// The chip's own resistor at an input.
    public enum Pull: String, Sendable, Equatable, CaseIterable {
        /// As the board's firmware left it.
        case asIs
        case none, up, down
    }

    public init(_ name: LineName, isActiveLow: Bool = false, pull: Pull = .asIs, debounce: Duration? = nil) {
        self.name = name
        self.isActiveLow = isActiveLow
        self.pull = pull
        self.debounce = debounce
    }
}
