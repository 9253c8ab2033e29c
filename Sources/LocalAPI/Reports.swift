import BoardSupport
import ChargePointCore
import LocalAPIModels
import OCPP
import Units

// From what the core shows to what the API says. JSON knows no NaN and no infinity: a meter that reports them is unknown.

extension StatusReport {
    init(_ source: StatusSource) {
        let view = source.view
        self.init(
            chargePoint: ChargePointReport(
                id: source.identity.id, vendor: source.identity.vendor, model: source.identity.model,
                serialNumber: source.identity.serialNumber, firmwareVersion: source.identity.firmwareVersion,
                status: view.status.rawValue, errorCode: view.errorCode.rawValue),
            clock: ClockReport(time: source.now, source: view.clock.source.rawValue, offsetSeconds: view.clock.offset.inSeconds),
            centralSystem: source.centralSystem.map {
                CentralSystemReport(
                    url: $0.url, connected: $0.isConnected, registration: view.registration?.rawValue, lastError: $0.lastError,
                    tls: $0.tls)
            },
            connectors: view.connectors.map { ConnectorReport($0, source.contactors[$0.id]) },
            reader: ReaderReport(failure: view.readerFailure),
            ledger: LedgerReport(queued: view.queue.queued, parked: view.queue.parked, storageFailure: view.storageFailure),
            localList: view.localList.map { LocalListReport(version: $0.version, length: $0.length) },
            reservations: view.reservations.map { ReservationReport($0) },
            firmwareUpdate: view.firmware.map { FirmwareUpdateReport($0) })
    }
}

extension ConnectorReport {
    init(_ view: ConnectorView, _ life: ContactorLife?) {
        self.init(
            id: view.id.value, status: view.status.rawValue, errorCode: view.errorCode.rawValue,
            vendorErrorCode: view.vendorErrorCode,
            info: view.info, availability: view.availability.rawValue, cablePlugged: view.isPlugged,
            vehicleState: view.vehicleState.rawValue, contactor: view.contactor.rawValue, lock: view.lock?.rawValue,
            offeredCurrentA: view.offeredCurrent?.value.finite, limitedBy: view.limitedBy,
            meter: view.meter.map { MeterReport($0) },
            transaction: view.transaction.map { TransactionReport($0) }, contactorClosings: life?.closings,
            contactorRatedClosings: life?.rated)
    }
}

extension ReservationReport {
    init(_ reservation: Reservation) {
        self.init(
            reservationId: reservation.id, connectorId: reservation.connectorId.value, idTag: reservation.idTag.text,
            parentIdTag: reservation.parentIdTag?.text, expiryDate: reservation.expiryDate)
    }
}

extension FirmwareUpdateReport {
    init(_ view: FirmwareView) {
        self.init(
            stage: view.stage.rawValue, status: view.status?.rawValue, signed: view.isSigned, retrieveAt: view.retrieveAt,
            untold: view.untold)
    }
}

extension MeterReport {
    init(_ reading: MeterReading) {
        self.init(
            energyWh: reading.energyImport, powerW: reading.power?.value.finite, currentA: finite(reading.current.map(\.value)),
            voltageV: finite(reading.voltage.map(\.value)))
    }
}

extension TransactionReport {
    init(_ view: TransactionView) {
        self.init(
            id: view.session.text, transactionId: view.transactionId, idTag: view.idTag.text, startedAt: view.startedAt,
            meterStartWh: view.meterStart)
    }
}

extension SessionReport {
    init(_ entry: SessionEntry) {
        self.init(
            id: entry.session.text, connectorId: entry.connectorId.value, idTag: entry.idTag.text, startedAt: entry.startedAt,
            stoppedAt: entry.stoppedAt, meterStartWh: entry.meterStart, meterStopWh: entry.meterStop,
            stopReason: entry.reason?.rawValue,
            transactionId: entry.transactionId, delivery: entry.delivery.rawValue, flags: entry.flags.map(\.rawValue).sorted())
    }
}

extension QueuedMessageReport {
    init(_ entry: QueueEntry) {
        self.init(
            id: entry.id, sessionId: entry.session.text, action: entry.action.rawValue, state: entry.isParked ? "parked" : "queued",
            attempts: entry.attempts, lastError: entry.lastError, createdAt: entry.createdAt)
    }
}

extension CardReport {
    init(_ entry: CardEntry) {
        self.init(
            idTag: entry.idTag.text, status: entry.status.rawValue, expiryDate: entry.expiryDate,
            parentIdTag: entry.parentIdTag?.text,
            name: entry.name, source: entry.source.rawValue)
    }

    /// What the lists say of one identifier: the first of own list, local list and cache that knows it.
    init?(_ idTag: IdToken, _ lookup: CardLookup) {
        if let own = lookup.own {
            self.init(
                CardEntry(
                    idTag: own.idTag, status: own.status, expiryDate: own.expiryDate, parentIdTag: own.parentIdTag, name: own.name,
                    source: .own))
            return
        }
        let source: CardEntry.Source = lookup.localList == nil ? .cache : .localList
        guard let info = lookup.localList ?? lookup.cache else { return nil }
        self.init(
            CardEntry(
                idTag: idTag, status: info.status, expiryDate: info.expiryDate, parentIdTag: info.parentIdTag, name: nil,
                source: source))
    }
}

extension SimulatedConnectorReport {
    init(_ truth: SimulatedTruth) {
        self.init(
            id: truth.connector, registerWh: truth.register, contactor: truth.contactor.rawValue, cablePlugged: truth.isPlugged,
            locked: truth.isLocked, vehicleState: truth.vehicleState.rawValue, energyDrawnWh: truth.energyDrawn,
            powerW: truth.power.value.finite ?? 0, closings: truth.closings)
    }
}

extension Double {
    fileprivate var finite: Double? { isFinite ? self : nil }
}

/// nil when nothing is measured, or something that cannot be.
private func finite(_ values: [Double]) -> [Double]? {
    values.isEmpty || values.contains { !$0.isFinite } ? nil : values
}

extension SecurityEventReport {
    init(_ entry: SecurityLogEntry) {
        self.init(
            number: entry.number, time: entry.time.time, event: entry.event.rawValue, critical: entry.event.isCritical,
            waiting: entry.isWaiting, info: entry.info?.text)
    }
}
