import BoardSupport
@testable import Drivers
import Testing
import Units

/// A contactor driver in surroundings that a test can move.
struct ContactorUnderTest {
    var contactor: any Contactor
    var log: EventLog
    /// Connector 1's vehicle is there and asks for energy, or it is there and does not.
    var vehicle: (_ asks: Bool) throws -> Void
    var isConducting: () throws -> Bool
}

/// What every contactor driver has to keep, whatever it drives.
func checkContactor(_ subject: ContactorUnderTest) throws {
    let (contactor, log) = (subject.contactor, subject.log)
    log.expect(.contactor(connector: 1, .open))

    // Opening is safe in any state, any number of times, and answered each time.
    log.forget()
    try contactor.open()
    log.expect(.contactor(connector: 1, .open))
    log.forget()
    try contactor.open()
    log.expect(.contactor(connector: 1, .open))

    // Nobody asks: no.
    try subject.vehicle(false)
    expectRefusal(contactor)
    #expect(try !subject.isConducting())

    // Somebody asks: yes, once and for all.
    try subject.vehicle(true)
    log.forget()
    try contactor.close()
    log.expect(.contactor(connector: 1, .closed))
    try contactor.close()
    #expect(try subject.isConducting())

    // Opens when told.
    log.forget()
    try contactor.open()
    log.expect(.contactor(connector: 1, .open))
    #expect(try !subject.isConducting())

    // Opens by itself when nobody asks any more, and says so.
    try contactor.close()
    log.expect(.contactor(connector: 1, .closed))
    log.forget()
    try subject.vehicle(false)
    log.expect(.contactor(connector: 1, .open))
    #expect(try !subject.isConducting())
    expectRefusal(contactor)
}

private func expectRefusal(_ contactor: any Contactor) {
    do throws(ContactorFault) {
        try contactor.close()
        Issue.record("closed although nobody asks for energy")
    } catch {
        if case .interlocked(let reason) = error { #expect(!reason.isEmpty) } else { Issue.record("\(error)") }
    }
}
