import Testing

@testable import Agent

@Suite struct `A frame in the log` {
    @Test(arguments: [
        (#"[2,"1","Authorize",{"idTag":"04A2B3C4D5"}]"#, #"[2,"1","Authorize",{"idTag":"…C4D5"}]"#),
        (#"[2,"1","Authorize",{"idTag" : "04A2"}]"#, #"[2,"1","Authorize",{"idTag" : "…"}]"#),
        (
            #"[3,"1",{"idTagInfo":{"parentIdTag":"GROUP0001","status":"Accepted"}}]"#,
            #"[3,"1",{"idTagInfo":{"parentIdTag":"…0001","status":"Accepted"}}]"#
        ),
        (
            #"[2,"1","ChangeConfiguration",{"key":"authorizationKey","value":"correct-horse-16+"}]"#,
            #"[2,"1","ChangeConfiguration",{"key":"authorizationKey","value":"…"}]"#
        ),
        (
            #"[2,"1","ChangeConfiguration",{"value":"a\"b correct","key":"AuthorizationKey"}]"#,
            #"[2,"1","ChangeConfiguration",{"value":"…","key":"AuthorizationKey"}]"#
        ),
        (
            #"[2,"1","GetDiagnostics",{"location":"ftp://me:secret@host/logs"}]"#,
            #"[2,"1","GetDiagnostics",{"location":"ftp://…@host/logs"}]"#
        ),
        (#"[3,"1",{"currentTime":"2026-11-22T09:00:00Z"}]"#, #"[3,"1",{"currentTime":"2026-11-22T09:00:00Z"}]"#),
        (#"not JSON "at all"#, #"not JSON "at all""#),
    ])
    func `shows neither an identifier nor a key`(frame: String, shown: String) {
        #expect(FrameForLog(frame).description == shown)
    }

    @Test func `is cut where it is long`() {
        let shown = FrameForLog("[" + String(repeating: "1,", count: 100_000)).description

        #expect(shown.count == FrameForLog.limit + 1)
    }
}
