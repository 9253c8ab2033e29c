import BoardSupport
@testable import Drivers
import Testing
import Units

/// A lock driver in surroundings that a test can move.
struct LockUnderTest {
    var lock: any CableLock
    var contactor: any Contactor
    var log: EventLog
    /// A vehicle is there and asks for energy.
    var ask: () throws -> Void
    /// The bolt is in the plug, whatever anybody says.
    var isEngaged: () throws -> Bool
    /// The bolt no longer follows its motor, or follows it again; nil: nothing tells where the bolt is.
    var jam: ((Bool) throws -> Void)?
    /// The bolt leaves the plug by itself; nil: nothing tells where it is.
    var letGo: (() throws -> Void)?
}

/// What every plug lock's driver has to keep, whatever it drives.
func checkLock(_ subject: LockUnderTest) throws {
    let (lock, contactor, log) = (subject.lock, subject.contactor, subject.log)
    log.expect(.contactor(connector: 1, .open))

    // Each order is answered, the repeated one too.
    for _ in 1...2 {
        try lockIt(subject)
        try unlockIt(subject)
        try unlockIt(subject)
        try lockIt(subject)
    }

    // No energy into a plug that can be pulled.
    try unlockIt(subject)
    try subject.ask()
    try unlockIt(subject)
    expectRefusal(contactor)
    try lockIt(subject)

    // No unlocking under load: the bolt stays, and says so.
    try close(subject)
    log.forget()
    lock.unlock()
    log.expect(.lock(connector: 1, .locked))
    #expect(try subject.isEngaged())
    #expect(!log.all.contains(.contactor(connector: 1, .open)), "unlocking opened the contactor")
    log.forget()
    try contactor.open()
    log.expect(.contactor(connector: 1, .open))
    try unlockIt(subject)

    try checkJam(subject)
    try checkLettingGo(subject)
}

/// A bolt that does not follow is stuck, both ways, and works again once it moves.
private func checkJam(_ subject: LockUnderTest) throws {
    guard let jam = subject.jam else { return }
    try jam(true)
    subject.log.forget()
    subject.lock.lock()
    subject.log.expect(.lock(connector: 1, .stuck))
    expectRefusal(subject.contactor)
    try jam(false)
    try lockIt(subject)
    try jam(true)
    subject.log.forget()
    subject.lock.unlock()
    subject.log.expect(.lock(connector: 1, .stuck))
    expectRefusal(subject.contactor)
    try jam(false)
    try lockIt(subject)
}

/// A bolt that leaves the plug under load opens the contactor, and holding it again is no order to close.
private func checkLettingGo(_ subject: LockUnderTest) throws {
    guard let letGo = subject.letGo else { return }
    try close(subject)
    subject.log.forget()
    try letGo()
    subject.log.expect(.lock(connector: 1, .stuck))
    subject.log.expect(.contactor(connector: 1, .open))
    expectRefusal(subject.contactor)
    try subject.jam?(false)
    subject.log.forget()
    try lockIt(subject)
    #expect(!subject.log.all.contains(.contactor(connector: 1, .closed)))
    try close(subject)
}

private func lockIt(_ subject: LockUnderTest) throws {
    subject.log.forget()
    subject.lock.lock()
    subject.log.expect(.lock(connector: 1, .locked))
    #expect(try subject.isEngaged())
}

private func unlockIt(_ subject: LockUnderTest) throws {
    subject.log.forget()
    subject.lock.unlock()
    subject.log.expect(.lock(connector: 1, .unlocked))
    #expect(try !subject.isEngaged())
}

private func close(_ subject: LockUnderTest) throws {
    subject.log.forget()
    try subject.contactor.close()
    subject.log.expect(.contactor(connector: 1, .closed))
}

private func expectRefusal(_ contactor: any Contactor) {
    #expect(throws: ContactorFault.interlocked(Interlock.Reason.unlocked.description)) { try contactor.close() }
}
