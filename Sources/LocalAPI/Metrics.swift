import ChargePointCore
import LocalAPIModels
import OCPP
import Units

/// One measurement for `GET /metrics`.
public struct MetricSample: Sendable, Equatable {
    /// Begins with `ladepunkt_` and ends in its unit.
    public var name: String
    public var help: String
    public var kind: Kind
    /// Names and values, in the order in which they are written.
    public var labels: [Label]
    public var value: Double

    public enum Kind: String, Sendable, Equatable { case gauge, counter }

    public struct Label: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(_ name: String, _ help: String, _ value: Double, kind: Kind = .gauge, labels: [Label] = []) {
        self.name = name
        self.help = help
        self.kind = kind
        self.labels = labels
        self.value = value
    }
}

extension [MetricSample] {
    /// Prometheus text format, version 0.0.4: the samples of one name stand together, whatever order they come in.
    var prometheusText: String {
        var order: [String] = []
        var families: [String: [MetricSample]] = [:]
        for sample in self {
            if families[sample.name] == nil { order.append(sample.name) }
            families[sample.name, default: []].append(sample)
        }
        return order.map { name in
            let samples = families[name] ?? []
            guard let first = samples.first else { return "" }
            return "# HELP \(name) \(escaped(first.help, quotes: false))\n# TYPE \(name) \(first.kind.rawValue)\n"
                + samples.map(\.line).joined()
        }.joined()
    }
}

extension MetricSample {
    fileprivate var line: String {
        let labels = labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
        let number = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        return name + (labels.isEmpty ? "" : "{\(labels)}") + " \(number)\n"
    }
}

private func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\"" where quotes: result += "\\\""
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

extension StatusSource {
    /// What the status gives to measure; what is unknown is left out.
    func metrics(uptime: Duration) -> [MetricSample] {
        let build: [MetricSample.Label] = [
            .init("version", identity.firmwareVersion), .init("vendor", identity.vendor), .init("model", identity.model),
            .init("id", identity.id),
        ]
        var samples = [
            MetricSample("ladepunkt_build_info", "Software and charge point; always 1.", 1, labels: build),
            MetricSample("ladepunkt_uptime_seconds", "Time since the daemon's start.", uptime.inSeconds),
            MetricSample(
                "ladepunkt_clock_offset_seconds", "What is added to the operating system's clock.", view.clock.offset.inSeconds),
            MetricSample("ladepunkt_storage_failure_bool", "1: nothing can be recorded.", view.storageFailure == nil ? 0 : 1),
            MetricSample("ladepunkt_reader_failure_bool", "1: a card reader has failed.", view.readerFailure == nil ? 0 : 1),
        ]
        for (state, count) in [("queued", view.queue.queued), ("parked", view.queue.parked)] {
            let label = MetricSample.Label("state", state)
            samples.append(
                MetricSample("ladepunkt_queue_messages", "Messages for the central system.", Double(count), labels: [label]))
        }
        if let centralSystem {
            let help = "1: the connection to the central system stands."
            samples.append(MetricSample("ladepunkt_central_system_connected_bool", help, centralSystem.isConnected ? 1 : 0))
            let certificates = [
                ("central_system", centralSystem.tls?.firstToExpire), ("charge_point", centralSystem.tls?.clientCertificate),
            ]
            for case (let whose, let certificate?) in certificates {
                let help = "Time until the certificate, or the first one of its chain, expires; negative once it has."
                samples.append(
                    MetricSample(
                        "ladepunkt_tls_certificate_expiry_seconds", help, (certificate.notAfter - now).inSeconds.rounded(),
                        labels: [.init("certificate", whose)]))
            }
        }
        return samples + view.connectors.flatMap(\.metrics) + view.connectors.flatMap { wear(of: $0.id) }
    }

    private func wear(of id: ConnectorId) -> [MetricSample] {
        guard let life = contactors[id] else { return [] }
        let label = MetricSample.Label("connector", "\(id)")
        let rated = life.rated.map { rated in
            MetricSample(
                "ladepunkt_contactor_rated_closings", "How often the contactor may close in its life.", Double(rated),
                labels: [label])
        }
        return [
            MetricSample(
                "ladepunkt_contactor_closings_total", "How often the contactor has closed in its life.", Double(life.closings),
                kind: .counter, labels: [label])
        ] + [rated].compactMap(\.self)
    }
}

extension ConnectorView {
    fileprivate var metrics: [MetricSample] {
        let label = MetricSample.Label("connector", "\(id)")
        func sample(_ name: String, _ help: String, _ value: Double?, _ kind: MetricSample.Kind = .gauge) -> [MetricSample] {
            guard let value, value.isFinite else { return [] }
            return [MetricSample("ladepunkt_connector_" + name, help, value, kind: kind, labels: [label])]
        }
        let state: [MetricSample.Label] = [label, .init("status", status.rawValue), .init("error_code", errorCode.rawValue)]
        let isLive = contactor == .closed || contactor == .welded
        let register = meter.map { Double($0.energyImport.value) }
        var samples = [MetricSample("ladepunkt_connector_status_info", "Status and error code; always 1.", 1, labels: state)]
        samples += sample("cable_plugged_bool", "1: a cable is plugged in.", isPlugged ? 1 : 0)
        samples += sample("contactor_closed_bool", "1: the contactor is closed or welded.", isLive ? 1 : 0)
        samples += sample("transaction_bool", "1: a transaction is open.", transaction == nil ? 0 : 1)
        samples += sample("offered_current_amperes", "Current offered to the vehicle, per phase.", offeredCurrent?.value ?? 0)
        samples += sample("energy_watthours_total", "Import register of the meter.", register, .counter)
        samples += sample("power_watts", "Active power to the vehicle.", meter?.power?.value)
        samples += phases("current_amperes", "Current to the vehicle.", meter?.current.map(\.value) ?? [])
        samples += phases("voltage_volts", "Voltage, line to neutral.", meter?.voltage.map(\.value) ?? [])
        return samples
    }

    private func phases(_ name: String, _ help: String, _ values: [Double]) -> [MetricSample] {
        values.enumerated().filter(\.element.isFinite).map { index, value in
            MetricSample(
                "ladepunkt_connector_" + name, help, value, labels: [.init("connector", "\(id)"), .init("phase", "L\(index + 1)")])
        }
    }
}
