/// The sections of OCPP 1.6 edition 2, chapters 3 to 9, with their numbers and titles, and nothing else of their text.
///
/// Behind a bar stands why no test can hold a section: a reason that is wanted where there is no test, and unwanted where there is one.
enum Sections {
    static let all: [Section] = text.split(separator: "\n").map(Section.init)

    struct Section: Sendable {
        var number: String
        var title: String
        var reason: String?

        init(_ line: Substring) {
            let parts = line.split(separator: " | ", maxSplits: 1)
            let heading = parts[0].split(separator: " ", maxSplits: 1)
            number = String(heading[0])
            title = String(heading[1])
            reason = parts.count > 1 ? String(parts[1]) : nil
        }

        /// Chapters 3 to 5 and 9 say what a charge point does: there no section may be without a test or a reason. Chapters 6 to 8
        /// say what messages, types and files look like, and are held by what uses them.
        var isRule: Bool { ["3", "4", "5", "9"].contains(number.prefix { $0 != "." }) }
    }

    private static let text = """
        3 Introduction | An introduction: its sections say the rules.
        3.1 Edition 2 | About the document: nothing to hold.
        3.2 Document structure | About the documents: nothing to hold.
        3.3 Feature Profiles
        3.4 General views of operation
        3.5 Local Authorization & Offline Behavior
        3.5.1 Authorization Cache
        3.5.2 Local Authorization List
        3.5.3 Relation between Authorization Cache and Local Authorization List
        3.5.4 Unknown Offline Authorization
        3.6 Transaction in relation to Energy Transfer Period
        3.7 Transaction-related messages
        3.7.1 Error responses to transaction-related messages
        3.8 Connector numbering
        3.9 ID Tokens
        3.10 Parent idTag
        3.11 Reservations
        3.12 Vendor-specific data transfer
        3.13 Smart Charging
        3.13.1 Charging profile purposes
        3.13.2 Stacking charging profiles
        3.13.3 Combining charging profile purposes
        3.13.4 Smart Charging Use Cases
        3.13.5 Discovery of Charge Point Capabilities
        3.13.6 Offline behavior of smart charging
        3.13.7 Example data structure for smart charging
        3.14 Time zones
        3.15 Time notations
        3.16 Metering Data
        3.16.1 Charging Session Meter Values
        3.16.2 Clock-Aligned Meter Values
        3.16.3 Multiple Locations/Phases
        3.16.4 Unsupported measurands
        3.16.5 No metering data in a Stop Transaction
        4 Operations Initiated by Charge Point | The title of a chapter: its sections say the rules.
        4.1 Authorize
        4.2 Boot Notification
        4.2.1 Transactions before being accepted by a Central System
        4.3 Data Transfer
        4.4 Diagnostics Status Notification
        4.5 Firmware Status Notification
        4.6 Heartbeat
        4.7 Meter Values
        4.8 Start Transaction
        4.9 Status Notification
        4.10 Stop Transaction
        5 Operations Initiated by Central System | The title of a chapter: its sections say the rules.
        5.1 Cancel Reservation
        5.2 Change Availability
        5.3 Change Configuration
        5.4 Clear Cache
        5.5 Clear Charging Profile
        5.6 Data Transfer
        5.7 Get Composite Schedule
        5.8 Get Configuration
        5.9 Get Diagnostics
        5.10 Get Local List Version
        5.11 Remote Start Transaction
        5.12 Remote Stop Transaction
        5.13 Reserve Now
        5.14 Reset
        5.15 Send Local List
        5.16 Set Charging Profile
        5.16.1 Setting a charging profile at start of transaction
        5.16.2 Setting a charge profile in a RemoteStartTransaction request
        5.16.3 Setting a charging profile during a transaction
        5.16.4 Setting a charging profile outside of a transaction
        5.17 Trigger Message
        5.18 Unlock Connector
        5.19 Update Firmware
        6 Messages
        6.1 Authorize.req
        6.2 Authorize.conf
        6.3 BootNotification.req
        6.4 BootNotification.conf
        6.5 CancelReservation.req
        6.6 CancelReservation.conf
        6.7 ChangeAvailability.req
        6.8 ChangeAvailability.conf
        6.9 ChangeConfiguration.req
        6.10 ChangeConfiguration.conf
        6.11 ClearCache.req
        6.12 ClearCache.conf
        6.13 ClearChargingProfile.req
        6.14 ClearChargingProfile.conf
        6.15 DataTransfer.req
        6.16 DataTransfer.conf
        6.17 DiagnosticsStatusNotification.req
        6.18 DiagnosticsStatusNotification.conf
        6.19 FirmwareStatusNotification.req
        6.20 FirmwareStatusNotification.conf
        6.21 GetCompositeSchedule.req
        6.22 GetCompositeSchedule.conf
        6.23 GetConfiguration.req
        6.24 GetConfiguration.conf
        6.25 GetDiagnostics.req
        6.26 GetDiagnostics.conf
        6.27 GetLocalListVersion.req
        6.28 GetLocalListVersion.conf
        6.29 Heartbeat.req
        6.30 Heartbeat.conf
        6.31 MeterValues.req
        6.32 MeterValues.conf
        6.33 RemoteStartTransaction.req
        6.34 RemoteStartTransaction.conf
        6.35 RemoteStopTransaction.req
        6.36 RemoteStopTransaction.conf
        6.37 ReserveNow.req
        6.38 ReserveNow.conf
        6.39 Reset.req
        6.40 Reset.conf
        6.41 SendLocalList.req
        6.42 SendLocalList.conf
        6.43 SetChargingProfile.req
        6.44 SetChargingProfile.conf
        6.45 StartTransaction.req
        6.46 StartTransaction.conf
        6.47 StatusNotification.req
        6.48 StatusNotification.conf
        6.49 StopTransaction.req
        6.50 StopTransaction.conf
        6.51 TriggerMessage.req
        6.52 TriggerMessage.conf
        6.53 UnlockConnector.req
        6.54 UnlockConnector.conf
        6.55 UpdateFirmware.req
        6.56 UpdateFirmware.conf
        7 Types
        7.1 AuthorizationData
        7.2 AuthorizationStatus
        7.3 AvailabilityStatus
        7.4 AvailabilityType
        7.5 CancelReservationStatus
        7.6 ChargePointErrorCode
        7.7 ChargePointStatus
        7.8 ChargingProfile
        7.9 ChargingProfileKindType
        7.10 ChargingProfilePurposeType
        7.11 ChargingProfileStatus
        7.12 ChargingRateUnitType
        7.13 ChargingSchedule
        7.14 ChargingSchedulePeriod
        7.15 CiString20Type
        7.16 CiString25Type
        7.17 CiString50Type
        7.18 CiString255Type
        7.19 CiString500Type
        7.20 ClearCacheStatus
        7.21 ClearChargingProfileStatus
        7.22 ConfigurationStatus
        7.23 DataTransferStatus
        7.24 DiagnosticsStatus
        7.25 FirmwareStatus
        7.26 GetCompositeScheduleStatus
        7.27 IdTagInfo
        7.28 IdToken
        7.29 KeyValue
        7.30 Location
        7.31 Measurand
        7.32 MessageTrigger
        7.33 MeterValue
        7.34 Phase
        7.35 ReadingContext
        7.36 Reason
        7.37 RecurrencyKindType
        7.38 RegistrationStatus
        7.39 RemoteStartStopStatus
        7.40 ReservationStatus
        7.41 ResetStatus
        7.42 ResetType
        7.43 SampledValue
        7.44 TriggerMessageStatus
        7.45 UnitOfMeasure
        7.46 UnlockStatus
        7.47 UpdateStatus
        7.48 UpdateType
        7.49 ValueFormat
        8 Firmware and Diagnostics File Transfer
        8.1 Download Firmware
        8.2 Upload Diagnostics
        9 Standard Configuration Key Names & Values
        9.1 Core Profile
        9.1.1 AllowOfflineTxForUnknownId
        9.1.2 AuthorizationCacheEnabled
        9.1.3 AuthorizeRemoteTxRequests
        9.1.4 BlinkRepeat
        9.1.5 ClockAlignedDataInterval
        9.1.6 ConnectionTimeOut
        9.1.7 ConnectorPhaseRotation
        9.1.8 ConnectorPhaseRotationMaxLength
        9.1.9 GetConfigurationMaxKeys
        9.1.10 HeartbeatInterval
        9.1.11 LightIntensity
        9.1.12 LocalAuthorizeOffline
        9.1.13 LocalPreAuthorize
        9.1.14 MaxEnergyOnInvalidId
        9.1.15 MeterValuesAlignedData
        9.1.16 MeterValuesAlignedDataMaxLength
        9.1.17 MeterValuesSampledData
        9.1.18 MeterValuesSampledDataMaxLength
        9.1.19 MeterValueSampleInterval
        9.1.20 MinimumStatusDuration
        9.1.21 NumberOfConnectors
        9.1.22 ResetRetries
        9.1.23 StopTransactionOnEVSideDisconnect
        9.1.24 StopTransactionOnInvalidId
        9.1.25 StopTxnAlignedData
        9.1.26 StopTxnAlignedDataMaxLength
        9.1.27 StopTxnSampledData
        9.1.28 StopTxnSampledDataMaxLength
        9.1.29 SupportedFeatureProfiles
        9.1.30 SupportedFeatureProfilesMaxLength
        9.1.31 TransactionMessageAttempts
        9.1.32 TransactionMessageRetryInterval
        9.1.33 UnlockConnectorOnEVSideDisconnect
        9.1.34 WebSocketPingInterval
        9.2 Local Auth List Management Profile
        9.2.1 LocalAuthListEnabled
        9.2.2 LocalAuthListMaxLength
        9.2.3 SendLocalListMaxLength
        9.3 Reservation Profile
        9.3.1 ReserveConnectorZeroSupported
        9.4 Smart Charging Profile
        9.4.1 ChargeProfileMaxStackLevel
        9.4.2 ChargingScheduleAllowedChargingRateUnit
        9.4.3 ChargingScheduleMaxPeriods
        9.4.4 ConnectorSwitch3to1PhaseSupported
        9.4.5 MaxChargingProfilesInstalled
        """
}
