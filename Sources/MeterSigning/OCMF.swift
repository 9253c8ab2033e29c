public import Units

/// One signed record in the Open Charge Metering Format 1.4: `OCMF|payload|signature`.
public struct OCMFRecord: Sendable, Equatable {
    /// Serial number of the meter, which is its own gateway here.
    public var serialNumber: String
    /// Place of the record among all of this meter's: 1, 2, … without gaps.
    public var page: Int
    public var register: WattHours
    public var request: SigningRequest

    public init(serialNumber: String, page: Int, register: WattHours, request: SigningRequest) {
        self.serialNumber = serialNumber
        self.page = page
        self.register = register
        self.request = request
    }

    /// The section that is signed, byte for byte.
    public var payload: String {
        let user =
            request.idTag.isEmpty
            ? #""IS":false,"IL":"NONE","IT":"NONE""#
            // The meter is told an identifier and cannot check it.
            : #""IS":true,"IL":"HEARSAY","IF":[],"IT":"UNDEFINED","ID":"# + Self.quoted(request.idTag)
        return #"{"FV":"1.4","GI":"Ladepunkt simulated meter","GS":"# + Self.quoted(serialNumber) + #","GV":""#
            + Software.version + #"","PG":"T"# + String(page) + #"","MV":"Ladepunkt","MM":"simulated","MS":"#
            + Self.quoted(serialNumber) + "," + user + #","RD":[{"TM":""# + time + #"","TX":""# + transaction + #"","RV":"#
            + kilowattHours + #","RI":"01-00:01.08.00*FF","RU":"kWh","RT":"AC","EF":"","ST":"G"}]}"#
    }

    /// The whole record.
    /// - Parameter sign: ECDSA on secp256r1 over SHA-256 of the bytes, as ASN.1.
    public func signed(by sign: ([UInt8]) -> [UInt8]?) -> [UInt8]? {
        guard let signature = sign(Array(payload.utf8)) else { return nil }
        let digits = signature.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        return Array("OCMF|\(payload)|{\"SA\":\"ECDSA-secp256r1-SHA256\",\"SD\":\"\(digits)\"}".utf8)
    }

    private var transaction: String {
        switch request.occasion {
        case .begin: "B"
        case .during: "C"
        case .end(.locally): "L"
        case .end(.remotely): "R"
        case .end(.byError): "A"
        case .end(.byPowerFailure): "P"
        case .end(.otherwise): "E"
        }
    }

    /// `2018-07-24T13:22:04,000+0000 S`: S is a synchronised clock, U one that nobody set.
    private var time: String {
        let text = request.time.description.dropLast()
        let parts = text.split(separator: ".")
        return "\(parts.first ?? ""),\(parts.count > 1 ? parts[1] : "000")+0000 \(request.isTimeKnown ? "S" : "U")"
    }

    private var kilowattHours: String {
        let rest = String(register.value % 1000)
        return "\(register.value / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    /// A JSON text in ASCII: what separates the sections never stands in it.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for unit in text.utf16 {
            switch unit {
            case 0x20...0x7E where unit != 0x22 && unit != 0x5C && unit != 0x7C:
                result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
