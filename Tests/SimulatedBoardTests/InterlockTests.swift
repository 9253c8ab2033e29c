import BoardSupport
import Testing
import Units

@Suite struct `The interlock` {
    @Test(
        arguments: [
            (VehicleState.a, true, [], Interlock.Reason.pilot(.a)), (.b, true, [], .pilot(.b)), (.c, true, [], nil),
            (.d, true, [], nil),
            (.e, true, [], .pilot(.e)), (.f, true, [], .pilot(.f)), (.c, false, [], .unplugged),
            (.c, true, [.groundFailure], .fault(.groundFailure)), (.c, true, [.overCurrentFailure], .fault(.overCurrentFailure)),
            (.d, true, [.highTemperature], .fault(.highTemperature)),
            (.a, false, [.highTemperature, .groundFailure], .fault(.groundFailure)),
            (.c, true, [.weakSignal, .readerFailure, .overVoltage, .underVoltage], nil),
        ] as [(VehicleState, Bool, Set<BoardFault.Kind>, Interlock.Reason?)])
    func `opens unless plug, pilot and faults all allow`(
        pilot: VehicleState, isPlugged: Bool, faults: Set<BoardFault.Kind>, reason: Interlock.Reason?
    ) {
        #expect(Interlock(pilot: pilot, isPlugged: isPlugged, activeFaults: faults).reasonToOpen == reason)
    }
}
