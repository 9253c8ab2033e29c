/// A bus as a board file describes it: one serial line or one TCP connection with one device or several on it.
public struct ModbusBusConfiguration: Sendable, Equatable {
    /// The name by which meters and controllers refer to it.
    public var name: String
    public var line: Line
    /// How long a device may take to begin its answer.
    public var responseTimeout: Duration

    public enum Line: Sendable, Equatable, CustomStringConvertible {
        /// - Parameter rs485: asks the kernel's serial driver to steer the transmitter; not needed where the adapter does it.
        case serial(device: String, SerialSettings, rs485: Bool)
        case tcp(host: String, port: Int)

        public var description: String {
            switch self {
            case .serial(let device, _, _): device
            case .tcp(let host, let port): "\(host):\(port)"
            }
        }
    }

    public init(name: String, line: Line, responseTimeout: Duration = .milliseconds(500)) {
        self.name = name
        self.line = line
        self.responseTimeout = responseTimeout
    }

    /// Where it is and how it is spoken there, for people.
    public var place: String {
        switch line {
        case .serial(let device, let settings, _): "\(device) \(settings)"
        case .tcp: "\(line)"
        }
    }

    /// The silence that ends a frame: 3.5 characters, and never less than 2 ms, for adapters send in pieces (Modbus over Serial Line
    /// V1.02 §2.5.1.1).
    var frameGap: Duration {
        guard case .serial(_, let settings, _) = line else { return .zero }
        return max(.milliseconds(2), .microseconds(38_500_000 / settings.baud))
    }

    /// A line on which nothing came for so long is quiet.
    var quietTime: Duration {
        guard case .serial(_, let settings, _) = line else { return .milliseconds(10) }
        return .milliseconds(40) + .microseconds(10 * 11_000_000 / settings.baud)
    }
}
