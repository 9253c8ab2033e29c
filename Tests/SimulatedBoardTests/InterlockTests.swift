import BoardSupport
import Testing
import Units

@Suite struct `The interlock` {
    @Test(
        arguments: [
            (VehicleState.a, true, [], Interlock.Reason.pilot(.a)), (.b, true, [], .pilot(.b)), (.c, true, [], nil),
            (.d, true, [], .pilot(.d)),
            (.e, true, [], .pilot(.e)), (.f, true, [], .pilot(.f)), (.c, false, [], .unplugged),
            (.c, true, [.groundFailure], .fault(.groundFailure)), (.c, true, [.overCurrentFailure], .fault(.overCurrentFailure)),
            (.c, true, [.highTemperature], .fault(.highTemperature)),
            (.a, false, [.highTemperature, .groundFailure], .fault(.groundFailure)),
            (.c, true, [.weakSignal, .readerFailure, .overVoltage, .underVoltage], nil),
        ] as [(VehicleState, Bool, Set<BoardFault.Kind>, Interlock.Reason?)])
    func `opens unless plug, pilot and faults all allow`(
        pilot: VehicleState, isPlugged: Bool, faults: Set<BoardFault.Kind>, reason: Interlock.Reason?
    ) {
        #expect(Interlock(pilot: pilot, isPlugged: isPlugged, activeFaults: faults).reasonToOpen == reason)
    }

    @Test func `lets a vehicle that demands ventilation charge where there is some`() {
        #expect(Interlock(pilot: .d, isPlugged: true, hasVentilation: true).reasonToOpen == nil)
    }

    @Test(arguments: [(nil, nil), (true, nil), (false, Interlock.Reason.unlocked)] as [(Bool?, Interlock.Reason?)])
    func `opens when the lock does not hold the plug`(isLocked: Bool?, reason: Interlock.Reason?) {
        #expect(Interlock(pilot: .c, isPlugged: true, isLocked: isLocked).reasonToOpen == reason)
        #expect(Interlock(pilot: .b, isPlugged: true, isLocked: isLocked).reasonToOpen == .pilot(.b))
    }

    @Test(arguments: Hazard.allCases) func `opens on every hazard`(hazard: Hazard) {
        var interlock = Interlock(pilot: .c, isPlugged: true)
        #expect(interlock.reasonToOpen == nil)

        interlock.hazards[hazard] = true

        #expect(interlock.reasonToOpen == .hazard(hazard))
        interlock.hazards[hazard] = false
        #expect(interlock.reasonToOpen == nil)
    }

    @Test func `names the gravest hazard`() {
        let hazards: Hazards = [.door, .emergencyStop, .pilotLost]

        #expect(hazards.gravest == .emergencyStop)
        #expect(Hazards().gravest == nil)
    }
}
