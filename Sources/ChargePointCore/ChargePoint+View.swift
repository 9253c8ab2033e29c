import OCPP
import Units

extension ChargePoint {
    /// What API, command line and log show.
    public var view: ChargePointView {
        let own = ownReport
        return ChargePointView(
            clock: clock.view(now), registration: registration.status, isLinkOpen: link.isOpen, connectors: connectors.map(view),
            status: own.status, errorCode: own.errorCode, readerFailure: readerFailure, storageFailure: storageFailure,
            queue: queue.counts, localList: isLocalListEnabled ? localList : nil, reservations: reservations,
            firmware: firmware.update.map { FirmwareView($0) })
    }

    private func view(_ connector: Connector) -> ConnectorView {
        let report = connector.report(storageFailure: storageFailure)
        let transaction = connector.transaction.map { transaction in
            TransactionView(
                session: transaction.start.session, transactionId: transaction.transactionId, idTag: transaction.start.idTag,
                startedAt: clock.corrected(transaction.start.time), meterStart: transaction.start.meterStart)
        }
        return ConnectorView(
            id: connector.id, status: report.status, errorCode: report.errorCode, vendorErrorCode: report.vendorErrorCode,
            info: report.info, availability: connector.availability, isPlugged: connector.isPlugged,
            vehicleState: connector.vehicle,
            contactor: connector.contactor, lock: connector.lock, offeredCurrent: connector.command.offer,
            limitedBy: limitedBy(connector),
            meter: connector.meter.isFailed ? nil : connector.meter.reading(within: .seconds(30), at: now.uptime),
            transaction: transaction)
    }

    /// A charging profile also where it lets nothing be offered.
    private func limitedBy(_ connector: Connector) -> String? {
        if let allotment = connector.allotment, connector.command.offer == allotment.current, connector.transaction != nil {
            return allotment.limitedBy
        }
        return connector.command.offer.map {
            "\(connector.rating?.source ?? "board rating") \(SampleSource.decimal($0.value)) A"
        }
    }
}
