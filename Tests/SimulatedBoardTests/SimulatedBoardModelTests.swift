import BoardSupport
import SimulatedBoard
import Testing
import Units

@Suite struct `The simulated board as a value` {
    @Test func `opens every contactor on a grave fault of the whole board`() throws {
        var board = SimulatedBoardModel(.standard(connectors: 2))
        let fault = BoardFault(.highTemperature)
        for number in 1...2 {
            _ = try board.change(connector: number) { (connector) throws(SimulatorError) in try connector.plug() }
            _ = try board.change(connector: number) { $0.offer(16) + $0.engageLock() }
        }
        _ = board.advance(by: .seconds(1))
        for number in 1...2 {
            _ = try board.change(connector: number) { connector in
                // The vehicle asks, so nothing forbids it.
                (try? connector.close()) ?? []
            }
        }

        #expect(
            try board.setFault(connector: 0, fault, isActive: true) == [
                .fault(connector: 0, fault, isActive: true), .contactor(connector: 1, .open), .contactor(connector: 2, .open),
            ])
        #expect(board.truth.map(\.closings) == [1, 1])
    }

    @Test func `names the connectors it has when asked for another`() {
        var board = SimulatedBoardModel(.standard(connectors: 2))

        #expect(throws: SimulatorError.unknownConnector(3, count: 2)) { try board.change(connector: 3) { $0.unplug() } }
        #expect(throws: SimulatorError.unknownConnector(0, count: 2)) { try board.change(connector: 0) { $0.unplug() } }
        #expect(throws: SimulatorError.unknownConnector(-1, count: 2)) {
            try board.setFault(connector: -1, BoardFault(.otherError), isActive: true)
        }
        #expect(throws: SimulatorError.unknownConnector(9, count: 2)) { try board.presentCard(idTag: "A", connectors: [1, 9]) }
    }

    @Test func `reports a card for the connectors that its reader serves`() throws {
        let board = SimulatedBoardModel(.standard(connectors: 2))

        #expect(try board.presentCard(idTag: "04A2B3C4", connectors: [2]) == [.card(idTag: "04A2B3C4", connectors: [2])])
    }

    @Test(arguments: ["", "123456789012345678901"])
    func `refuses a card that has no possible idTag`(idTag: String) {
        let board = SimulatedBoardModel(.standard(connectors: 1))

        #expect(throws: SimulatorError.self) { try board.presentCard(idTag: idTag, connectors: nil) }
    }

    @Test func `loses its card reader at once when that goes away, and hears when it is back`() throws {
        var board = SimulatedBoardModel(.standard(connectors: 1))

        #expect(try board.setReader(.gone) == [.reader(failure: "the simulated card reader is gone")])
        #expect(throws: SimulatorError.self) { try board.presentCard(idTag: "A", connectors: nil) }
        #expect(try board.setReader(nil) == [.reader(failure: nil)])
    }

    @Test func `finds a hanging card reader out when its time is up`() throws {
        var board = SimulatedBoardModel(.standard(connectors: 1))

        #expect(try board.setReader(.hung) == [])
        #expect(board.nextChange == SimulatedReader.hangDetection)
        #expect(board.advance(by: SimulatedReader.hangDetection) == [.reader(failure: "the simulated card reader does not answer")])
        #expect(board.nextChange == nil)
    }

    @Test func `has nothing due while nobody is there`() {
        #expect(SimulatedBoardModel(.standard(connectors: 4)).nextChange == nil)
    }
}
