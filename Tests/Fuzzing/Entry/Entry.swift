#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Chosen by LADEPUNKT_FUZZ_TARGET, because libFuzzer takes the arguments for its own.
private let target: FuzzTarget = {
    let name = getenv("LADEPUNKT_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        let known = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
        preconditionFailure("LADEPUNKT_FUZZ_TARGET is '\(name)'; it must be one of \(known)")
    }
    return target
}()

/// What libFuzzer calls with each input that it invents.
@_cdecl("LLVMFuzzerTestOneInput")
public func takeInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.read(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
