import ChargePointCore
import OCPP
import Testing
import Units

@Suite(.ocpp("5.17")) struct `A triggered message` {
    struct Row: Sendable, CustomTestStringConvertible {
        var message: MessageTrigger
        var connector: Int?
        var status: TriggerMessageStatus
        /// Action and connector of each CALL that follows.
        var sent: [String] = []
        var testDescription: String { "\(message.rawValue) of \(connector.map { "\($0)" } ?? "all")" }
    }

    private static let statuses = [0, 1, 2].map { "StatusNotification \($0)" }
    private static let values = [1, 2].map { "MeterValues \($0)" }

    static let rows = [
        Row(message: .heartbeat, status: .accepted, sent: ["Heartbeat"]),
        // "if the specified connectorId is not relevant to the message, it should be ignored."
        Row(message: .heartbeat, connector: 1, status: .accepted, sent: ["Heartbeat"]),
        Row(message: .heartbeat, connector: 9, status: .accepted, sent: ["Heartbeat"]),
        Row(message: .statusNotification, status: .accepted, sent: statuses),
        Row(message: .statusNotification, connector: 0, status: .accepted, sent: [statuses[0]]),
        Row(message: .statusNotification, connector: 1, status: .accepted, sent: [statuses[1]]),
        Row(message: .statusNotification, connector: 2, status: .accepted, sent: [statuses[2]]),
        Row(message: .statusNotification, connector: 3, status: .rejected),
        Row(message: .meterValues, status: .accepted, sent: values),
        // There is no main meter: the charge point as a whole is its connectors.
        Row(message: .meterValues, connector: 0, status: .accepted, sent: values),
        Row(message: .meterValues, connector: 2, status: .accepted, sent: [values[1]]),
        Row(message: .meterValues, connector: 3, status: .rejected),
        Row(message: .diagnosticsStatusNotification, status: .accepted, sent: ["DiagnosticsStatusNotification"]),
        Row(message: .firmwareStatusNotification, status: .accepted, sent: ["FirmwareStatusNotification"]),
    ]

    private func sent(_ world: World) -> [String] {
        world.calls.map { request in
            switch request {
            case .statusNotification(let notification): "StatusNotification \(notification.connectorId)"
            case .meterValues(let values): "MeterValues \(values.connectorId)"
            default: request.action.rawValue
            }
        }
    }

    @Test(arguments: rows) func `comes after the answer, once Accepted`(row: Row) throws {
        var world = try World.accepted(.test(.sockets(2)))
        world.advance(.seconds(2))
        world.forget()

        #expect(world.trigger(row.message, row.connector) == row.status)

        guard case .result(_, .triggerMessage)? = world.sent.first else { Issue.record("the answer is not first"); return }
        #expect(sent(world) == row.sent)
    }

    @Test(.ocpp("4.2"), arguments: rows) func `comes while Pending as well, and nothing else does`(row: Row) throws {
        var world = try World(.test(.sockets(2)))
        world.central.replies[.bootNotification] = [.boot(.pending, interval: 3600)]
        world.feed(.started)
        world.feed(.linkOpened)
        world.advance(.seconds(2))
        world.forget()

        #expect(world.trigger(row.message, row.connector) == row.status)

        #expect(sent(world) == row.sent)
    }

    @Test(.errata("3.35")) func `BootNotification is Rejected after Accepted, and goes at once while Pending`() throws {
        var world = try World.accepted()
        #expect(world.trigger(.bootNotification) == .rejected)

        world = try World()
        world.central.replies[.bootNotification] = [.boot(.pending, interval: 3600)]
        world.feed(.started)
        world.feed(.linkOpened)
        world.forget()

        #expect(world.trigger(.bootNotification, 1) == .accepted)
        #expect(world.calls.first?.action == .bootNotification)
    }

    @Test func `says Reserved of a reserved connector`() throws {
        var world = try World.accepted()
        world.reserve()
        world.forget()

        world.trigger(.statusNotification, 1)

        #expect(world.statuses() == [.reserved])
    }
}
