import BoardSupport
import Testing
import Units

/// A meter driver with the meter behind it.
struct MeterUnderTest {
    var meter: any EnergyMeter
    /// What its driver says that it measures.
    var profile: MeterProfile
    /// What the meter shows.
    var show: (WattHours) throws -> Void
    var setSilent: (Bool) throws -> Void
}

/// What every meter's driver has to keep, whatever it asks.
func checkMeter(_ subject: MeterUnderTest) async throws {
    let meter = subject.meter

    // The register is the meter's, and each reading is taken anew.
    for register in [WattHours(1_000), 1_000, 1_001, 1_100] {
        try subject.show(register)
        #expect(try await meter.read().energyImport == register)
    }

    // It measures what its profile says, and nothing else.
    let reading = try await meter.read()
    #expect(reading.quantities == subject.profile.quantities)
    for perPhase in [reading.voltage.count, reading.current.count, reading.powerPerPhase.count] {
        #expect(perPhase <= subject.profile.phases.rawValue)
    }

    // Asked by several at once, each is answered.
    let registers = await withTaskGroup(of: WattHours?.self) { group in
        for _ in 0..<4 { group.addTask { try? await meter.read().energyImport } }
        return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(registers == [1_100, 1_100, 1_100, 1_100])

    // Silence is told as such, in words, and never as a reading; afterwards the register is the meter's again.
    try subject.setSilent(true)
    for _ in 1...3 {
        do throws(MeterFault) {
            Issue.record("a silent meter reads \(try await meter.read())")
        } catch {
            guard case .silent(let what) = error else {
                Issue.record("silence is told as \(error)")
                continue
            }
            #expect(!what.isEmpty)
        }
    }
    try subject.setSilent(false)
    try subject.show(1_150)
    #expect(try await meter.read().energyImport == 1_150)
}

extension MeterReading {
    fileprivate var quantities: Set<MeterProfile.Quantity> {
        Set(MeterProfile.Quantity.allCases.filter(measures))
    }

    private func measures(_ quantity: MeterProfile.Quantity) -> Bool {
        switch quantity {
        case .energyExport: energyExport != nil
        case .reactiveEnergyImport: reactiveEnergyImport != nil
        case .reactiveEnergyExport: reactiveEnergyExport != nil
        case .power: power != nil
        case .powerPerPhase: !powerPerPhase.isEmpty
        case .reactivePower: reactivePower != nil
        case .powerFactor: powerFactor != nil
        case .current: !current.isEmpty
        case .voltage: !voltage.isEmpty
        case .frequency: frequency != nil
        case .temperature: temperature != nil
        case .stateOfCharge: stateOfCharge != nil
        case .currentNeutral: currentNeutral != nil
        }
    }
}
