import Boards
import ConfigurationFile
import Drivers
import Testing

private func reader(_ text: String) throws(ConfigurationError) -> CardReaderConfiguration {
    var reader = try MappingReader(Node.parse(text: text, file: "b.yaml"))
    let configuration = try CardReaderConfiguration(&reader, connectorCount: 2)
    try reader.finish()
    return configuration
}

private let device = "driver: libnfc\ndevice: pn532_uart:/dev/ttyS1\n"

@Suite struct `A card reader in a board file` {
    @Test func `needs no more than its device`() throws {
        #expect(try reader(device) == CardReaderConfiguration(device: "pn532_uart:/dev/ttyS1"))
    }

    @Test(arguments: [
        ("connectors: [2]", CardReaderConfiguration(device: "pn532_uart:/dev/ttyS1", connectors: [2])),
        ("allowRandomIds: true", CardReaderConfiguration(device: "pn532_uart:/dev/ttyS1", allowsRandomIds: true)),
        ("technologies: [iso14443A]", CardReaderConfiguration(device: "pn532_uart:/dev/ttyS1", technologies: [.iso14443A])),
        (
            "idTag: {byteOrder: reversed, case: lower, separator: \"-\", prefix: \"\"}",
            CardReaderConfiguration(
                device: "pn532_uart:/dev/ttyS1",
                format: IdTagFormat(byteOrder: .reversed, digits: .hexadecimal(.lower, separator: "-")))
        ),
        (
            "idTag: {decimal: true, digits: 10, prefix: DE}",
            CardReaderConfiguration(
                device: "pn532_uart:/dev/ttyS1", format: IdTagFormat(digits: .decimal(atLeast: 10), prefix: "DE"))
        ),
    ])
    func `is as it says`(keys: String, configuration: CardReaderConfiguration) throws {
        #expect(try reader(device + keys) == configuration)
    }

    @Test(arguments: [
        ("driver: libnfc", "b.yaml:1, device: this key is missing."),
        ("driver: libnfc\ndevice: /dev/ttyS1", "b.yaml:2, device: libnfc's driver is missing in front of the path."),
        ("driver: libnfc\ndevice: \"pn532 uart:/dev/ttyS1\"", "b.yaml:2, device: this is not a connection string of libnfc."),
        (device + "connectors: [3]", "b.yaml:3, connectors[0]: 3 is out of range. Write a whole number from 1 to 2."),
        (device + "connectors: [1, 1]", "b.yaml:3, connectors[1]: connector 1 stands here twice."),
        (device + "connectors: []", "b.yaml:3, connectors: the list has 0 elements."),
        (device + "technologies: [mifare]", "b.yaml:3, technologies[0]: 'mifare' is not known here."),
        (device + "idTag: {case: Upper}", "b.yaml:3, idTag.case: 'Upper' is not known here. Did you mean 'upper'?"),
        (device + "idTag: {decimal: true, case: lower}", "b.yaml:3, idTag.case: a decimal number has no case."),
        (device + "idTag: {digits: 10}", "b.yaml:3, idTag.digits: only a decimal number is filled up."),
        (device + "idTag: {prefix: \"a b\"}", "b.yaml:3, idTag.prefix: an idTag is made of visible ASCII characters."),
        (device + "idTag: {separator: \"::\"}", "b.yaml:3, idTag.separator: the text has 2 characters."),
        (
            device + "idTag: {prefix: \"1234567\"}",
            "b.yaml:3, idTag: the UID of 7 bytes that many cards have becomes an idTag of up to 21 characters, and 20 are possible."
        ),
        (device + "idTag: {separator: \":\", prefix: x}", "b.yaml:3, idTag: the UID of 7 bytes that many cards have"),
        (device + "idTags: {case: lower}", "b.yaml:3, idTags: unknown key 'idTags'. Did you mean 'idTag'?"),
    ])
    func `is refused at the line of its mistake`(text: String, message: String) {
        do {
            _ = try reader(text)
            Issue.record("read: \(text)")
        } catch {
            #expect(error.description.contains(message), "\(error)")
        }
    }
}
