/// Why the command did not succeed: a sentence for standard error, and the process's exit status.
struct Failure: Error, Equatable {
    var message: String
    var exitStatus: Int32

    /// The daemon cannot be reached, or what is asked for is not there (EX_UNAVAILABLE).
    static func unavailable(_ message: String) -> Failure { Failure(message: message, exitStatus: 69) }
    /// What was asked for is there, and cannot be written (EX_IOERR).
    static func unwritten(_ message: String) -> Failure { Failure(message: message, exitStatus: 74) }
    /// The daemon said no.
    static func refused(_ message: String) -> Failure { Failure(message: message, exitStatus: 1) }
    /// The command line or a file is wrong (EX_USAGE).
    static func usage(_ message: String) -> Failure { Failure(message: message, exitStatus: 64) }
}
