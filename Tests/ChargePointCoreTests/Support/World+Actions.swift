import ChargePointCore
import OCPP
import Persistence
import Testing
import Units

// What drivers, vehicles, hardware and the Central System do.
extension World {
    // MARK: At the charge point

    /// A cable with a vehicle behind it.
    mutating func plugIn(_ number: Int = 1) {
        hardware[number - 1].isPlugged = true
        hardware[number - 1].vehicle = .b
        feed(.board(.cable(connector: number, isPlugged: true)))
        feed(.board(.pilot(connector: number, .b)))
    }

    /// The vehicle's side first, as a hand would.
    mutating func unplug(_ number: Int = 1) {
        unplugVehicle(number)
        hardware[number - 1].isPlugged = false
        feed(.board(.cable(connector: number, isPlugged: false)))
    }

    mutating func unplugVehicle(_ number: Int = 1) { setPilot(number, .a) }

    mutating func setPilot(_ number: Int = 1, _ state: VehicleState) {
        hardware[number - 1].vehicle = state
        feed(.board(.pilot(connector: number, state)))
    }

    /// A card at a reader for all connectors; past the dead time in which a card that lies on the reader is ignored.
    mutating func present(_ idTag: IdToken = .card, _ lookup: CardLookup? = nil, connectors: [ConnectorId]? = nil) {
        advance(.seconds(2))
        do { feed(.cardPresented(idTag, try lookup ?? store.lookUp(idTag), connectors: connectors)) } catch {
            Issue.record("the store cannot be read: \(error)")
        }
    }

    mutating func fault(_ kind: BoardFault.Kind, at number: Int = 1, isActive: Bool = true, vendorErrorCode: String? = nil) {
        feed(.board(.fault(connector: number, BoardFault(kind, vendorErrorCode: vendorErrorCode), isActive: isActive)))
    }

    /// Plugged in and authorised by card: energy flows.
    mutating func charge(_ number: Int = 1, _ idTag: IdToken = .card) {
        plugIn(number)
        present(idTag)
        advance(.seconds(2))
    }

    // MARK: The Central System

    mutating func disconnect() { feed(.linkClosed) }
    mutating func connect() { feed(.linkOpened) }

    /// A request from the Central System.
    ///
    /// - Returns: what it was answered with at once; nil: nothing yet.
    @discardableResult
    mutating func ask(_ request: CentralSystemRequest, _ lookup: CardLookup? = nil) -> OutgoingFrame? {
        let id = MessageId("asked-\(reactions.count)")
        feed(.received(.call(id, request), lookup ?? lookUp(.call(id, request))))
        return answer(to: id)
    }

    func answer(to id: MessageId) -> OutgoingFrame? {
        sent.first { frame in
            switch frame {
            case .result(id, _), .error(id, _): true
            default: false
            }
        }
    }

    /// - Returns: the payload that it was answered with at once.
    mutating func confirmed(_ request: CentralSystemRequest, _ lookup: CardLookup? = nil) -> ChargePointConfirmation? {
        guard case .result(_, let confirmation)? = ask(request, lookup) else { return nil }
        return confirmation
    }

    @discardableResult
    mutating func remoteStart(_ number: Int? = nil, _ idTag: IdToken = .card) -> RemoteStartStopStatus? {
        let request = RemoteStartTransaction(connectorId: number.map { ConnectorId($0) }, idTag: idTag)
        guard case .remoteStartTransaction(let confirmation)? = confirmed(.remoteStartTransaction(request)) else { return nil }
        return confirmation.status
    }

    @discardableResult
    mutating func remoteStop(_ transactionId: Int) -> RemoteStartStopStatus? {
        let answer = confirmed(.remoteStopTransaction(RemoteStopTransaction(transactionId: transactionId)))
        guard case .remoteStopTransaction(let confirmation)? = answer else { return nil }
        return confirmation.status
    }

    @discardableResult
    mutating func changeConfiguration(_ key: String, _ value: String) -> ConfigurationStatus? {
        let request = ChangeConfiguration(key: CiString(truncating: key), value: CiString(truncating: value))
        guard case .changeConfiguration(let confirmation)? = confirmed(.changeConfiguration(request)) else { return nil }
        return confirmation.status
    }

    @discardableResult
    mutating func changeAvailability(_ number: Int, _ type: AvailabilityType) -> AvailabilityStatus? {
        let request = ChangeAvailability(connectorId: ConnectorId(number), type: type)
        guard case .changeAvailability(let confirmation)? = confirmed(.changeAvailability(request)) else { return nil }
        return confirmation.status
    }

    @discardableResult
    mutating func reserve(
        _ id: Int = 7, at number: Int = 1, for idTag: IdToken = .card, parent: IdToken? = nil,
        until expiry: Duration = .seconds(600)
    ) -> ReservationStatus? {
        let request = ReserveNow(
            connectorId: ConnectorId(number), expiryDate: time + expiry, idTag: idTag, parentIdTag: parent, reservationId: id)
        guard case .reserveNow(let confirmation)? = confirmed(.reserveNow(request)) else { return nil }
        return confirmation.status
    }

    @discardableResult
    mutating func cancel(_ id: Int = 7) -> CancelReservationStatus? {
        guard case .cancelReservation(let confirmation)? = confirmed(.cancelReservation(.init(reservationId: id))) else {
            return nil
        }
        return confirmation.status
    }

    /// - Parameter entries: nil as status: without idTagInfo.
    @discardableResult
    mutating func sendLocalList(
        _ version: Int, _ type: UpdateType, _ entries: [(IdToken, AuthorizationStatus?)]? = nil, parent: IdToken? = nil
    ) -> UpdateStatus? {
        let data = entries?.map { idTag, status in
            AuthorizationData(idTag: idTag, idTagInfo: status.map { IdTagInfo(parentIdTag: parent, status: $0) })
        }
        let request = SendLocalList(listVersion: version, localAuthorizationList: data, updateType: type)
        guard case .sendLocalList(let confirmation)? = confirmed(.sendLocalList(request)) else { return nil }
        return confirmation.status
    }

    var localListVersion: Int? {
        mutating get {
            guard case .getLocalListVersion(let confirmation)? = confirmed(.getLocalListVersion(.init())) else { return nil }
            return confirmation.listVersion
        }
    }

    @discardableResult
    mutating func trigger(_ message: MessageTrigger, _ number: Int? = nil) -> TriggerMessageStatus? {
        let request = TriggerMessage(requestedMessage: message, connectorId: number.map { ConnectorId($0) })
        guard case .triggerMessage(let confirmation)? = confirmed(.triggerMessage(request)) else { return nil }
        return confirmation.status
    }
}
