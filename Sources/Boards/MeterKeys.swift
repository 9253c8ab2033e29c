public import ConfigurationFile
import BoardSupport
import MeterSigning
import SimulatedBoard
import Units

// A simulated meter that signs has a key as a real one has: made once, kept beside its register.
extension BoardFile {
    /// Gives every simulated meter that signs its key, so that `profile` tells the public half of it.
    /// - Parameter dataDirectory: must exist and be writable.
    public mutating func prepareMeterKeys(in dataDirectory: String) throws(ConfigurationError) {
        guard case .simulated(let simulation) = connectors else { return }
        for connector in simulation.connectors where connector.hasMeter && connector.meterSigns {
            let digits = try Self.meterKey(connector.id, in: dataDirectory).publicKey.map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
            publicKeys[connector.id] = "oca:base16:asn1:" + digits.joined()
        }
    }

    /// Puts the signature behind the meters of an opened board.
    func signMeters(of board: inout Board, _ simulation: SimulatedBoardConfiguration, _ dataDirectory: String)
        throws(ConfigurationError)
    {
        for connector in simulation.connectors where connector.meterSigns {
            let index = connector.id - 1
            guard let meter = board.connectors[index].meter else { continue }
            board.connectors[index].meter = SigningMeter(
                meter, key: try Self.meterKey(connector.id, in: dataDirectory),
                serialNumber: connector.profile.meter?.serialNumber ?? "SIM-\(connector.id)",
                pagePath: "\(dataDirectory)/simulated-meter-\(connector.id).page")
        }
    }

    private static func meterKey(_ connector: Int, in dataDirectory: String) throws(ConfigurationError) -> MeterKey {
        do { return try MeterKey(path: "\(dataDirectory)/simulated-meter-\(connector).key") } catch {
            throw ConfigurationError(
                file: error.path, line: nil, problem: "the simulated meter has no key: \(error.problem)",
                remedy: "Check dataDirectory, its owner and the free space.")
        }
    }
}
