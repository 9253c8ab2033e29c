import OCPP
import Testing
import Units

/// 2026-11-22T09:00:00Z, the instant of every example.
let instant = Timestamp(milliseconds: 1_795_338_000_000)

/// A request of ours, byte for byte, and back as a record.
func expectEncoding(_ request: ChargePointRequest, _ json: String) throws {
    #expect(
        OutgoingFrame.call("19223201", request).encoded() == #"[2,"19223201",""# + request.action.rawValue + #"","# + json + "]")
    #expect(try ChargePointRequest(action: request.action, payload: Payload(text: json)) == request)
}

/// The Central System's request, as read from a CALL.
func expectDecoding(_ json: String, _ request: CentralSystemRequest) {
    let frame = IncomingFrame.parse(#"[2,"19223201",""# + request.action.rawValue + #"","# + json + "]")
    #expect(frame == .call("19223201", request))
}

/// Our answer, byte for byte.
func expectEncoding(_ confirmation: ChargePointConfirmation, _ json: String) {
    #expect(OutgoingFrame.result("19223201", confirmation).encoded() == #"[3,"19223201","# + json + "]")
}

/// The Central System's answer, as read from a CALLRESULT.
func expectDecoding<C: Codable & Sendable & Equatable>(_ json: String, _ confirmation: C) throws {
    guard case .result("19223201", let payload) = IncomingFrame.parse(#"[3,"19223201","# + json + "]") else {
        Issue.record("no CALLRESULT: \(json)")
        return
    }
    #expect(try payload.decode(C.self) == confirmation)
}

typealias OurRequests = [(ChargePointRequest, String)]
typealias TheirRequests = [(String, CentralSystemRequest)]
typealias OurConfirmations = [(ChargePointConfirmation, String)]
