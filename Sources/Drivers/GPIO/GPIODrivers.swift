public import BoardSupport
import Units

/// One connector's contactor, through the interlock: any thread may open, and closing takes the interlock's consent.
public struct GPIOContactor: Contactor {
    let interlock: InterlockThread
    /// The connector's place on the board.
    let index: Int

    public func close() throws(ContactorFault) { try interlock.close(index) }
    public func open() throws(ContactorFault) { try interlock.open(index) }
}

/// One connector's plug lock: unlocks only while its contactor is proven open.
struct GPIOLock: CableLock {
    let interlock: InterlockThread
    let index: Int

    func lock() { set(true) }
    func unlock() { set(false) }

    private func set(_ isLocked: Bool) {
        interlock.change { safety, now, acts in safety.change(index) { $0.setLock(isLocked, at: now, &acts) } }
    }
}

/// A generated pilot, whose state F the interlock has to know of: at −12 V no vehicle can be seen.
struct InterlockedPilot: ControlPilot {
    let pilot: PWMPilot
    let interlock: InterlockThread
    let index: Int

    func offer(_ current: Amperes?) {
        pilot.offer(current)
        tell(false)
    }

    func signalFault() {
        tell(true)
        pilot.signalFault()
    }

    private func tell(_ isSignalled: Bool) {
        interlock.change { safety, now, _ in safety.change(index) { $0.signalsFault(isSignalled, at: now) } }
    }
}

/// A pilot whose current the hardware fixes: nothing can be told to the vehicle, its state is read nevertheless.
struct FixedPilot: ControlPilot {
    func offer(_ current: Amperes?) {}
    func signalFault() {}
}
