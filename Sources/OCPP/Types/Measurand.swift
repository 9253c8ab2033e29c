/// What a value measures. Import is from the grid to the vehicle (OCPP 1.6 §7.31).
public enum Measurand: String, Enumeration {
    case energyActiveExportRegister = "Energy.Active.Export.Register"
    /// The register that transactions are billed by.
    case energyActiveImportRegister = "Energy.Active.Import.Register"
    case energyReactiveExportRegister = "Energy.Reactive.Export.Register"
    case energyReactiveImportRegister = "Energy.Reactive.Import.Register"
    case energyActiveExportInterval = "Energy.Active.Export.Interval"
    case energyActiveImportInterval = "Energy.Active.Import.Interval"
    case energyReactiveExportInterval = "Energy.Reactive.Export.Interval"
    case energyReactiveImportInterval = "Energy.Reactive.Import.Interval"
    case powerActiveExport = "Power.Active.Export"
    case powerActiveImport = "Power.Active.Import"
    /// The most that the vehicle may take.
    case powerOffered = "Power.Offered"
    case powerReactiveExport = "Power.Reactive.Export"
    case powerReactiveImport = "Power.Reactive.Import"
    case powerFactor = "Power.Factor"
    case currentImport = "Current.Import"
    case currentExport = "Current.Export"
    /// The most that the vehicle may take.
    case currentOffered = "Current.Offered"
    case voltage = "Voltage"
    /// Hertz, without a unit.
    case frequency = "Frequency"
    case temperature = "Temperature"
    /// State of charge, percent.
    case soC = "SoC"
    /// Fan speed.
    case rpm = "RPM"
}

/// Unit of a value (OCPP 1.6 §7.45).
public enum UnitOfMeasure: String, Enumeration {
    case wh = "Wh"
    case kWh
    case varh
    case kvarh
    case w = "W"
    case kW
    case va = "VA"
    case kVA
    case `var` = "var"
    case kvar
    case a = "A"
    case v = "V"
    case k = "K"
    /// Written "Celcius", as the older schemas have it; read in either spelling (J-errata 2.1).
    case celsius = "Celcius"
    case fahrenheit = "Fahrenheit"
    case percent = "Percent"

    public static var alternativeSpellings: [String: UnitOfMeasure] { ["Celsius": .celsius] }
}
