import ChargePointCore
import ConfigurationFile
import OCPP
import Units

extension ChargePointSettings {
    /// Whose name free vending goes by where the file gives none.
    static let defaultFreeVendIdTag: IdToken = "FREEVEND"

    init(_ file: DaemonConfiguration, board: BoardProfile) {
        let section = file.chargePoint
        let meter = board.connectors.lazy.compactMap(\.meter).first
        let identity = BootNotification(
            chargePointVendor: CiString(truncating: section.vendor), chargePointModel: CiString(truncating: section.model),
            chargePointSerialNumber: section.serialNumber.map { CiString(truncating: $0) },
            chargeBoxSerialNumber: section.chargeBoxSerialNumber.map { CiString(truncating: $0) },
            firmwareVersion: CiString(truncating: section.firmwareVersion ?? Software.version),
            meterType: meter?.type.map { CiString(truncating: $0) },
            meterSerialNumber: meter?.serialNumber.map { CiString(truncating: $0) })
        self.init(
            board: board, identity: identity, hasCentralSystem: file.centralSystem != nil,
            afterPowerLoss: section.afterPowerLoss == .resume ? .resume : .stop,
            onMeterFailure: section.onMeterFailure == .continue ? .continue : .stop,
            chargeBeforeFirstAccepted: section.chargeBeforeFirstAccepted,
            freeVendIdTag: section.freeVend
                ? section.freeVendIdTag.map { CiString(truncating: $0) } ?? Self.defaultFreeVendIdTag : nil,
            firmware: FirmwareSettings(allowsUnsigned: file.firmware.allowsUnsigned))
        certificateName = section.serialNumber ?? section.chargeBoxSerialNumber ?? section.id
        showsKeyWithoutProfile = file.centralSystem?.isSecure ?? false
    }
}
