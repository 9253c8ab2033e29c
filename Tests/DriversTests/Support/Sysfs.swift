import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A directory with files as the kernel's classes have them.
struct Sysfs {
    let root: String
    private static func template() -> [CChar] { Array("/tmp/sysfs-XXXXXX".utf8CString) }

    init(_ files: [String: String]) throws {
        var template = Self.template()
        try #require(mkdtemp(&template) != nil)
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for (path, text) in files { try write(path, text) }
    }

    func write(_ path: String, _ text: String) throws {
        var folder = root
        for part in path.split(separator: "/").dropLast() {
            folder += "/\(part)"
            mkdir(folder, 0o755)
        }
        let file = open("\(root)/\(path)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        try #require(file >= 0)
        _ = Glibc.write(file, text, text.utf8.count)
        close(file)
    }

    func text(_ path: String) -> String {
        let file = open("\(root)/\(path)", O_RDONLY)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    static let pwm = [
        "pwmchip0/export": "", "pwmchip0/pwm0/period": "0", "pwmchip0/pwm0/duty_cycle": "0", "pwmchip0/pwm0/enable": "0",
        "pwmchip0/pwm0/polarity": "normal",
    ]

    var pilot: [String] { ["period", "duty_cycle", "enable", "polarity"].map { text("pwmchip0/pwm0/\($0)") } }
}
