import BoardSupport
@testable import Drivers
import Testing
import Units

private func ms(_ count: Int) -> Duration { .milliseconds(count) }

@Suite struct `A contactor's auxiliary contact` {
    /// Told to close and answered.
    private func closed() -> ContactorMonitor {
        var monitor = ContactorMonitor(hasFeedback: true, within: ms(100))
        monitor.command(closed: false, at: ms(0))
        #expect(monitor.advance(to: ms(100)) == [.state(.open)])
        monitor.command(closed: true, at: ms(1000))
        monitor.feedback(isConducting: true, edges: 1, at: ms(1020))
        #expect(monitor.advance(to: ms(1035)) == [.state(.closed)])
        return monitor
    }

    @Test func `proves the contactor open only once it has been asked`() {
        var monitor = ContactorMonitor(hasFeedback: true, within: ms(100))
        #expect(!monitor.isProvenOpen)

        monitor.command(closed: false, at: ms(0))
        #expect(monitor.advance(to: ms(14)).isEmpty)
        #expect(monitor.advance(to: ms(100)) == [.state(.open)])

        #expect(monitor.isProvenOpen)
    }

    @Test func `may bounce within the window`() {
        var monitor = ContactorMonitor(hasFeedback: true, within: ms(100))
        monitor.command(closed: false, at: ms(0))
        _ = monitor.advance(to: ms(100))
        monitor.command(closed: true, at: ms(200))
        for bounce in 0..<10 { monitor.feedback(isConducting: bounce.isMultiple(of: 2), edges: 1, at: ms(210 + bounce)) }
        monitor.feedback(isConducting: true, edges: 1, at: ms(221))

        #expect(monitor.advance(to: ms(230)).isEmpty)
        #expect(monitor.advance(to: ms(236)) == [.state(.closed)])
        #expect(!monitor.isChattering)
    }

    @Test func `that stays closed when the coil is released is a weld`() {
        var monitor = closed()

        monitor.command(closed: false, at: ms(2000))

        #expect(monitor.advance(to: ms(2099)).isEmpty)
        #expect(monitor.advance(to: ms(2100)) == [.state(.welded)])
        #expect(monitor.isWelded && !monitor.isProvenOpen)
    }

    @Test func `that lets go of a weld later proves it open`() {
        var monitor = closed()
        monitor.command(closed: false, at: ms(2000))
        _ = monitor.advance(to: ms(2100))

        monitor.feedback(isConducting: false, edges: 1, at: ms(5000))

        #expect(monitor.advance(to: ms(5015)) == [.state(.open)])
        #expect(monitor.isProvenOpen && !monitor.isWelded)
    }

    @Test func `that stays open when the coil is driven is stuck`() {
        var monitor = ContactorMonitor(hasFeedback: true, within: ms(100))
        monitor.command(closed: false, at: ms(0))
        _ = monitor.advance(to: ms(100))

        monitor.command(closed: true, at: ms(200))

        #expect(monitor.advance(to: ms(300)) == [.state(.stuckOpen)])
    }

    @Test func `that closes untold is a weld, and that opens untold is a contactor that dropped out`() {
        var open = ContactorMonitor(hasFeedback: true, within: ms(100))
        open.command(closed: false, at: ms(0))
        _ = open.advance(to: ms(100))
        open.feedback(isConducting: true, edges: 1, at: ms(500))
        #expect(open.advance(to: ms(515)) == [.state(.welded)])

        var closed = closed()
        closed.feedback(isConducting: false, edges: 1, at: ms(3000))
        #expect(closed.advance(to: ms(3015)) == [.state(.stuckOpen)])
    }

    @Test func `that does not rest is a chatter, and trusted again after ten quiet seconds with the coil released`() {
        var monitor = closed()
        for edge in 1...4 { monitor.feedback(isConducting: edge.isMultiple(of: 2), edges: 1, at: ms(2000 + edge * 10)) }

        #expect(monitor.advance(to: ms(2041)) == [.chatter(isActive: true)])
        monitor.command(closed: false, at: ms(2041))
        monitor.feedback(isConducting: false, edges: 1, at: ms(2060))
        #expect(monitor.advance(to: ms(2141)) == [.state(.open)])
        #expect(monitor.advance(to: ms(12_059)).isEmpty)
        #expect(monitor.advance(to: ms(12_060)) == [.chatter(isActive: false)])
    }

    @Test func `that moves now and then is none`() {
        var monitor = closed()
        for edge in 1...8 {
            monitor.feedback(isConducting: edge.isMultiple(of: 2), edges: 1, at: ms(2000 + edge * 1500))
            #expect(!monitor.advance(to: ms(2000 + edge * 1500)).contains(.chatter(isActive: true)))
        }
    }

    @Test func `answers every opening`() {
        var monitor = closed()
        monitor.command(closed: false, at: ms(2000))
        monitor.feedback(isConducting: false, edges: 1, at: ms(2010))
        #expect(monitor.advance(to: ms(2025)) == [.state(.open)])

        monitor.command(closed: false, at: ms(3000))

        #expect(monitor.advance(to: ms(3000)) == [.state(.open)])
    }
}

@Suite struct `A plug lock` {
    @Test func `held by a steady line is where its feedback says`() {
        var lock = LockDrive(pulse: nil, hasFeedback: true, within: ms(500))
        #expect(lock.begin(isEngaged: false) == [.state(.unlocked)])

        #expect(lock.command(locked: true, at: ms(0)) == [.motor(true)])
        #expect(lock.advance(to: ms(499)).isEmpty)
        lock.feedback(isEngaged: true, at: ms(300))
        #expect(lock.advance(to: ms(319)).isEmpty)

        #expect(lock.advance(to: ms(320)) == [.state(.locked)])
    }

    @Test func `whose bolt does not follow is stuck, both ways`() {
        var lock = LockDrive(pulse: nil, hasFeedback: true, within: ms(500))
        _ = lock.begin(isEngaged: false)
        _ = lock.command(locked: true, at: ms(0))
        #expect(lock.advance(to: ms(500)) == [.state(.stuck)])

        lock.feedback(isEngaged: true, at: ms(900))
        #expect(lock.advance(to: ms(920)) == [.state(.locked)])
        _ = lock.command(locked: false, at: ms(1000))
        #expect(lock.advance(to: ms(1500)) == [.state(.stuck)])
    }

    @Test func `with a pulsed motor never runs both ways, and rests afterwards`() {
        var lock = LockDrive(pulse: ms(300), hasFeedback: false, within: ms(300))
        _ = lock.begin(isEngaged: false)

        #expect(lock.command(locked: true, at: ms(0)) == [.release(false), .motor(true)])
        #expect(lock.advance(to: ms(300)) == [.motor(false), .release(false), .state(.locked)])
        #expect(lock.command(locked: false, at: ms(400)) == [.motor(false), .release(true)])
        #expect(lock.advance(to: ms(700)) == [.motor(false), .release(false), .state(.unlocked)])
        #expect(lock.deadline == nil)
    }

    @Test func `that somebody moves by hand holds no more, and says so once that rests`() {
        var lock = LockDrive(pulse: nil, hasFeedback: true, within: ms(500), settle: ms(20))
        _ = lock.begin(isEngaged: true)
        #expect(lock.isHolding)

        lock.feedback(isEngaged: false, at: ms(100))

        #expect(lock.advance(to: ms(119)).isEmpty)
        #expect(lock.advance(to: ms(120)) == [.state(.stuck)])
        #expect(!lock.isHolding)
    }

    @Test func `whose contact shakes for a moment holds on`() {
        var lock = LockDrive(pulse: nil, hasFeedback: true, within: ms(500), settle: ms(20))
        _ = lock.begin(isEngaged: true)

        lock.feedback(isEngaged: false, at: ms(100))
        lock.feedback(isEngaged: true, at: ms(110))

        #expect(lock.advance(to: ms(120)) == [.state(.locked)])
        #expect(lock.isHolding)
    }

    @Test func `whose contact never rests gets its verdict nevertheless`() {
        var lock = LockDrive(pulse: nil, hasFeedback: true, within: ms(500), settle: ms(20))
        _ = lock.begin(isEngaged: true)
        var states: [LockDrive.Finding] = []
        for time in stride(from: 100, to: 200, by: 5) {
            lock.feedback(isEngaged: (time / 5).isMultiple(of: 3), at: ms(time))
            states += lock.advance(to: ms(time))
        }

        #expect(states.contains(.state(.stuck)))
    }

    @Test func `that is told to let go holds no more from the order on`() {
        var lock = LockDrive(pulse: nil, hasFeedback: true, within: ms(500))
        _ = lock.begin(isEngaged: true)

        _ = lock.command(locked: false, at: ms(0))

        #expect(!lock.isHolding)
    }
}

@Suite struct `A value that settles` {
    @Test func `counts once it has rested`() {
        var value = Settling(false, delay: ms(10), limit: ms(30), whenRestless: true)
        value.sense(true, at: ms(0))
        value.advance(to: ms(9))
        #expect(!value.value)
        #expect(value.deadline == ms(10))

        value.advance(to: ms(10))

        #expect(value.value)
        #expect(value.deadline == nil)
    }

    @Test func `forgets a moment of noise`() {
        var value = Settling(false, delay: ms(10), limit: ms(30), whenRestless: true)
        value.sense(true, at: ms(0))
        value.sense(false, at: ms(3))
        value.advance(to: ms(13))

        #expect(!value.value)
        #expect(value.deadline == nil)
    }

    @Test func `that never rests becomes the one that opens`() {
        var value = Settling(false, delay: ms(10), limit: ms(30), whenRestless: true)
        for time in stride(from: 0, through: 30, by: 5) {
            value.sense(time.isMultiple(of: 10), at: ms(time))
            value.advance(to: ms(time))
            #expect(value.value == (time == 30), "at \(time) ms")
        }
        // And is itself again once it rests.
        value.sense(false, at: ms(35))
        value.advance(to: ms(45))
        #expect(!value.value)
    }

    @Test func `without a delay counts at once`() {
        var value = Settling(false, delay: .zero, limit: .zero, whenRestless: true)

        value.sense(true, at: ms(0))

        #expect(value.value)
    }
}
