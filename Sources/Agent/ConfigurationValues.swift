import OCPP
import Synchronization

/// The configuration keys as the loop published them last, for readers on other threads.
final class ConfigurationValues: Sendable {
    private let values: Mutex<[KeyValue]>

    init(_ values: [KeyValue]) { self.values = Mutex(values) }

    var all: [KeyValue] { values.withLock { $0 } }

    func set(_ values: [KeyValue]) { self.values.withLock { $0 = values } }
}
