#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The three pipes between a child process and us.
struct ChildPipes {
    struct Ends {
        var reader: Int32 = -1
        var writer: Int32 = -1

        /// - Returns: nil when the system has no more descriptors; `errno` says so.
        init?() {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (reader, writer) = (ends[0], ends[1])
        }

        mutating func shutReader() {
            if reader >= 0 { close(reader) }
            reader = -1
        }

        mutating func shutWriter() {
            if writer >= 0 { close(writer) }
            writer = -1
        }

        mutating func shut() {
            shutReader()
            shutWriter()
        }
    }

    var input: Ends
    var output: Ends
    var errors: Ends

    /// - Parameter text: what the child reads; it lies in the pipe before the child starts, so nobody can break it while it is written.
    init?(saying text: String) {
        guard var input = Ends() else { return nil }
        guard var output = Ends() else {
            input.shut()
            return nil
        }
        guard let errors = Ends() else {
            input.shut()
            output.shut()
            return nil
        }
        (self.input, self.output, self.errors) = (input, output, errors)
        _ = fcntl(input.writer, F_SETFL, O_NONBLOCK)
        let bytes = Array(text.utf8)
        guard write(input.writer, bytes, bytes.count) == bytes.count else {
            shutAll()
            errno = E2BIG
            return nil
        }
    }

    /// After the child has its ends: what it wrote can be read until it and all who write with it have ended.
    mutating func keepOwnEnds() {
        input.shut()
        output.shutWriter()
        errors.shutWriter()
        for reader in [output.reader, errors.reader] { _ = fcntl(reader, F_SETFL, O_NONBLOCK) }
    }

    mutating func shutAll() {
        input.shut()
        output.shut()
        errors.shut()
    }
}
