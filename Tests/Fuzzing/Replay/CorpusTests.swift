import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Inputs that reach far, and every one that ever broke something.
private let corpus = "/" + (#filePath.split(separator: "/").dropLast(2) + ["Corpus"]).joined(separator: "/")

private func files(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}

private func content(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
}

@Suite struct `The fuzzer's corpus` {
    @Test(arguments: FuzzTarget.allCases) func `is read without a crash`(target: FuzzTarget) {
        let folder = corpus + "/" + target.rawValue
        let names = files(in: folder)
        #expect(!names.isEmpty, "\(folder) has no input")

        for name in names {
            let bytes = content(folder + "/" + name)
            target.read(bytes)
            // An input that is cut short is the most common trouble of all.
            for length in Set([0, bytes.count / 3, bytes.count * 2 / 3, max(bytes.count - 1, 0)]) {
                target.read(Array(bytes.prefix(length)))
            }
        }
    }
}
