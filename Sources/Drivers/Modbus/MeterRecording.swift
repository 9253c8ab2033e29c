/// What went over the bus, as text: the registers that a meter really sent, for a report of a wrong value.
///
/// One line for each request: seconds since the first, unit, table, first register and count, then the registers in hexadecimal and
/// how long it took, or `!` and the fault.
/// ```
/// # meter recording 1
/// 0.000 unit 1 input 0x0000 4: 4366 1999 4366 0000 (31 ms)
/// 1.002 unit 1 input 0x0000 4: ! unit 1 did not answer within 500 ms
/// ```
public struct MeterRecording: Sendable {
    /// The first line of every recording.
    public static let title = "# meter recording 1"

    private var start: Duration?

    public init() {}

    /// - Parameter remarks: what is known of line and meter, a line each.
    public func header(_ remarks: [String]) -> String {
        ([Self.title] + remarks.map { "# " + $0.replacing("\n", with: " ") }).joined(separator: "\n")
    }

    public mutating func line(_ exchange: ModbusExchange) -> String {
        let start = start ?? exchange.begin
        self.start = start
        let request =
            switch exchange.request {
            case .read(let block): "\(block.table.word) \(hexadecimal(block.address)) \(block.count)"
            case .write(.register(let address, let value)): "write holding \(hexadecimal(address)) = \(Self.digits([value]))"
            case .write(.registers(let address, let values)): "write holding \(hexadecimal(address)) = \(Self.digits(values))"
            case .write(.coil(let address, let isOn)): "write coil \(hexadecimal(address)) = \(isOn ? "on" : "off")"
            }
        let outcome =
            switch exchange.outcome {
            case .success(let words):
                "\(words.isEmpty ? "done" : Self.digits(words)) (\(Self.milliseconds(exchange.end - exchange.begin)) ms)"
            case .failure(let fault): "! \(fault.fact)"
            }
        let time = Self.milliseconds(exchange.begin - start)
        let fraction = String(time % 1000)
        let zeros = String(repeating: "0", count: 3 - fraction.count)
        return "\(time / 1000).\(zeros)\(fraction) unit \(exchange.unit) \(request): \(outcome)"
    }

    private static func digits(_ words: [UInt16]) -> String {
        words.map { String(hexadecimal(Int($0)).dropFirst(2)) }.joined(separator: " ")
    }

    private static func milliseconds(_ time: Duration) -> Int64 { Int64(time / .milliseconds(1)) }
}
