import Agent
import Boards
import FileTransfer
import Logging
import OCPP

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Daemon {
    /// Who fetches, judges and installs firmware, as configuration and board say.
    func firmwareTools(_ shelf: CertificateShelf) -> FirmwareTools {
        let installer: FirmwareInstaller
        if let program = configuration.firmware.install {
            // A name without a slash is a file beside the configuration, not a command to look for in PATH.
            installer = .program(program.contains("/") ? program : "./" + program)
        } else if let simulated = boardFile.simulatedFirmwareInstallation {
            installer = .simulated(duration: simulated.duration, restarts: simulated.restarts)
        } else {
            installer = .none
        }
        return FirmwareTools(
            directory: configuration.dataDirectory + "/firmware", curl: curl, installer: installer,
            roots: { [file = configuration.firmware.caFile, logger] in
                // The file for its revocation lists too; the shelf for what came over OCPP.
                var roots = file.flatMap(Self.text).map { [$0] } ?? []
                do { roots += try await shelf.roots(.manufacturerRootCertificate) } catch {
                    logger.error("the manufacturer's roots cannot be read", metadata: ["error": "\(error)"])
                }
                return roots
            })
    }

    /// Whoever vouches for the Central System vouches for its file servers too.
    var curl: Curl { Curl(extraTrust: configuration.centralSystem?.caFile) }

    /// Read anew each time: the file may be replaced while the daemon runs.
    private static func text(_ path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
