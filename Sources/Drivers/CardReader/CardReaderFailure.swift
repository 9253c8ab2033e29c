#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Why a reader reads no card. The text begins with the fact, since a central system gets the first 50 characters.
public enum CardReaderFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The device's file is not there.
    case missing(path: String)
    /// The device's file may not be opened: what the operating system says.
    case refused(path: String, reason: String)
    /// Another process uses it; `process` as far as it is known, with its name.
    case held(process: Int32?, name: String?)
    /// The lock file cannot be used.
    case lock(path: String, reason: String)
    /// The line is there, no chip answers.
    case silent
    /// The line went away, or what comes over it is noise.
    case lineGone
    /// A call of the library did not come back within its deadline.
    case hung
    /// Another reader is being opened and does not come back.
    case waitsForAnother
    /// The device can none of the technologies that are wanted.
    case nothingToLookFor
    /// The library refuses: its error number.
    case library(Int32)

    public var description: String {
        switch self {
        case .missing(let path): "\(path) does not exist; plug the reader in, or correct 'device'"
        case .refused(let path, let reason):
            "\(path): \(reason); give the daemon's user the right to use it (group dialout, or a udev rule)"
        case .held(let process, let name):
            "in use by another process"
                + (process.map { " (\($0)\(name.map { ", \($0)" } ?? ""))" } ?? "") + "; stop that, or name another device"
        case .lock(let path, let reason): "lock file \(path): \(reason); check the folder and its owner"
        case .silent: "no answer; check supply, wiring, speed, the driver's name and the chip's interface switches"
        case .lineGone: "the line is gone or disturbed; check plug and cable"
        case .hung: "does not come back from a call; unplug it and plug it in, or restart the daemon"
        case .waitsForAnother: "waits for another reader that hangs while it is opened; look there first"
        case .nothingToLookFor: "the device can none of the 'technologies' that are named; name others, or leave the key out"
        case .library(let code): "libnfc reports error \(code); check the device's name and its driver"
        }
    }
}
