import ConfigurationFile
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite struct `A configuration file on disk` {
    @Test func `is read`() throws {
        let path = try #require(temporaryFile(Array("a: 1\n".utf8)))
        defer { unlink(path) }

        #expect(try Node.load(path: path).entries().map(\.key) == ["a"])
    }

    @Test func `that is missing, a directory or a device is refused with a remedy`() {
        #expect(refusal("/nonexistent/x.yaml") == "/nonexistent/x.yaml: there is no such file. Create it or name another one.")
        #expect(refusal("/tmp") == "/tmp: it is a directory. Name a YAML file.")
        #expect(refusal("/dev/zero") == "/dev/zero: it is not a plain file. Name a YAML file.")
    }

    @Test func `of 2 MiB is refused`() throws {
        let path = try #require(temporaryFile([UInt8](repeating: 0x23, count: 2 << 20)))
        defer { unlink(path) }

        #expect(refusal(path) == "\(path): it is larger than 1048576 bytes. Check that this is the file that was meant.")
    }

    private func refusal(_ path: String) -> String? {
        do {
            _ = try Node.load(path: path)
            return nil
        } catch {
            return error.description
        }
    }

    private func temporaryFile(_ bytes: [UInt8]) -> String? {
        var template = Array("/tmp/configuration-file-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return nil }
            written += count
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
