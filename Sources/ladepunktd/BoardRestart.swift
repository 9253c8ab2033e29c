import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A hard Reset that restarts the whole board (`chargePoint.hardReset: board`).
///
/// The daemon may not do that itself: it leaves a note in its runtime directory, and once it has ended, contactors open and ledger closed,
/// the service manager acts on it as root (`Systemd/restart-board`).
struct BoardRestart {
    /// Given by systemd; nil: nobody restarts the board.
    private let directory = getenv("RUNTIME_DIRECTORY").map { String(cString: $0) }
    let logger: Logger

    /// Says at the start what a Reset will not do.
    func check() {
        guard directory == nil else { return }
        logger.warning(
            "chargePoint.hardReset is 'board', but only the installed service can restart the board: a hard Reset restarts the daemon alone"
        )
    }

    func request() {
        guard let directory else { return }
        let note = directory + "/restart-board"
        let file = open(note, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            let reason = String(cString: strerror(errno))
            return logger.error("\(note) cannot be made: \(reason). The hard Reset restarts the daemon alone.")
        }
        close(file)
        logger.notice("hard Reset: the board is restarted")
    }
}
