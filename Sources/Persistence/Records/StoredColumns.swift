import ChargePointCore
import OCPP
import Units

extension RecordedTime {
    /// For four columns: time, boot, uptime, trust.
    var columns: [any SQLiteValue] { [time.milliseconds, boot, uptime.storedNanoseconds, isTrusted] }
}

extension MeterSample {
    /// For the four columns of the time and the one of the values.
    var columns: [any SQLiteValue] { time.columns + [Payload(values).text] }
}

extension SQLiteRow {
    mutating func timestamp() -> Timestamp { Timestamp(milliseconds: integer64()) }
    mutating func optionalTimestamp() -> Timestamp? { optionalInteger64().map { Timestamp(milliseconds: $0) } }

    mutating func recordedTime() -> RecordedTime {
        RecordedTime(time: timestamp(), boot: integer(), uptime: .nanoseconds(integer64()), isTrusted: bool())
    }

    mutating func idToken() -> IdToken { IdToken(truncating: text()) }
    mutating func optionalIdToken() -> IdToken? { optionalText().map { IdToken(truncating: $0) } }

    mutating func connectorId() throws(RecordStoreError) -> ConnectorId {
        let number = integer()
        guard let id = ConnectorId(exactly: number) else { throw unreadable("connector \(number) cannot be") }
        return id
    }

    mutating func meterSample() throws(RecordStoreError) -> MeterSample {
        let time = recordedTime()
        do throws(PayloadError) {
            return MeterSample(time: time, values: try Payload(text: text()).decode([SampledValue].self))
        } catch {
            throw unreadable("meter values are not what was written (\(error))")
        }
    }

    /// The columns that `TransactionStart.columns` names.
    mutating func transactionStart() throws(RecordStoreError) -> TransactionStart {
        TransactionStart(
            session: SessionId(text()), connectorId: try connectorId(), idTag: idToken(), parentIdTag: optionalIdToken(),
            meterStart: WattHours(integer()), reservationId: optionalInteger(), time: recordedTime(), isReported: bool())
    }
}

extension TransactionStart {
    static let columns = """
        uuid, connector, id_tag, parent_id_tag, meter_start, reservation,
        started_at, started_boot, started_uptime, started_trusted, is_reported
        """
}
