import Testing

@testable import FileTransfer

@Suite struct `A transfer's URL` {
    @Test(arguments: [
        ("ftp://user:secret@10.0.0.1:2121/dir/", "ftp://10.0.0.1:2121/dir/", "user", "secret"),
        ("FTP://host/file.bin", "ftp://host/file.bin", nil, nil),
        ("http://host", "http://host/", nil, nil),
        ("https://u%40x:p%3A%2F@[::1]:8443/a/b?token=abc#part", "https://[::1]:8443/a/b", "u@x", "p:/"),
        ("sftp://only-user@host/file", "sftp://host/file", "only-user", nil),
        ("ftps://user:p@ss@host/file", "ftps://host/file", "user", "p@ss"),
    ])
    func `shows neither user, password nor query`(text: String, shown: String, user: String?, password: String?) throws {
        let url = try TransferURL(text)

        #expect(url.description == shown)
        #expect(url.user == user)
        #expect(url.password == password)
    }

    @Test(arguments: [
        "", "host/file", "file:///etc/passwd", "gopher://host/", "http:///file", "http://host:0/", "http://host:99999/",
        "http://ho st/",
        "http://host/\"", "ftp://us%zzer@host/", "ftp://us%0aer@host/", "ftp://a%3Ab:c@host/", "http://ho\u{7F}st/",
        "http://bücher/",
    ])
    func `is refused when it cannot be one`(text: String) {
        #expect(throws: TransferFailure.self) { try TransferURL(text) }
    }

    @Test(arguments: [
        ("ftp://h/dir/", "log 1.tar.gz", "ftp://h/dir/log%201.tar.gz"),
        ("ftp://h/dir", "a.gz", "ftp://h/dir/a.gz"),
        ("https://h/up/?sig=x", "a.gz", "https://h/up/a.gz?sig=x"),
        ("ftp://h", "ä", "ftp://h/%C3%A4"),
    ])
    func `takes a file's name below its path and before its query`(text: String, name: String, whole: String) throws {
        #expect(try TransferURL(text).appending(name).withoutUser == whole)
    }

    @Test func `is a folder when it ends in a slash`() throws {
        #expect(try TransferURL("ftp://h/dir/").isFolder)
        #expect(try TransferURL("ftp://h").isFolder)
        #expect(try !TransferURL("ftp://h/dir").isFolder)
    }

    @Test func `of ftps on FTP's own port turns to TLS after the greeting`() throws {
        #expect(try TransferURL("ftps://h:21/f").withoutUser == "ftp://h:21/f")
        #expect(try TransferURL("ftps://h/f").withoutUser == "ftps://h/f")
    }
}

@Suite struct `curl's configuration` {
    static func lines(_ url: String) throws -> [String] {
        CurlConfiguration(try TransferURL(url), TransferLimits(), extraTrust: "/ca.pem", headers: "/h").text
            .split(separator: "\n").map(String.init)
    }

    @Test func `carries user and password beside the URL, quotes escaped`() throws {
        let lines = try Self.lines("ftp://us%22er:pa%5Css@h/f")

        #expect(lines.contains(#"url = "ftp://h/f""#))
        #expect(lines.contains(##"user = "us\"er:pa\\ss""##))
    }

    @Test(arguments: [
        ("https://h/f", #"proto = "=https""#, #"proto-redir = "=https""#),
        ("http://h/f", #"proto = "=http""#, #"proto-redir = "=http,https""#),
    ])
    func `follows redirects to nothing weaker`(url: String, first: String, later: String) throws {
        let lines = try Self.lines(url)

        #expect(lines.contains(first))
        #expect(lines.contains(later))
        #expect(lines.contains(#"max-redirs = "5""#))
    }

    @Test func `follows none of FTP, and demands TLS where the URL does`() throws {
        #expect(try !Self.lines("ftp://h/f").contains("location"))
        #expect(try Self.lines("ftps://h:21/f").contains("ssl-reqd"))
        #expect(try Self.lines("ftps://h:21/f").contains(#"proto = "=ftp""#))
        #expect(try !Self.lines("ftp://h/f").contains(#"cacert = "/ca.pem""#))
        #expect(try Self.lines("https://h/f").contains(#"cacert = "/ca.pem""#))
    }
}

@Suite struct `A transfer's failure` {
    @Test(arguments: [
        (6, nil, TransferFailure.Kind.unreachable), (7, nil, .unreachable), (18, nil, .interrupted), (22, 404, .notFound),
        (22, 401, .denied), (22, 500, .refused), (28, nil, .interrupted), (47, nil, .refused), (60, nil, .untrusted),
        (63, nil, .tooLarge),
        (67, nil, .denied), (78, nil, .notFound), (1, nil, .unsupportedProtocol), (211, nil, .refused),
    ])
    func `says in words what curl's status means`(status: Int32, http: Int?, kind: TransferFailure.Kind) throws {
        let url = try TransferURL("https://u:geheim@h/f?token=abc")
        let failure = TransferFailure(
            exitStatus: status, httpStatus: http, message: "curl: (\(status)) tried geheim at ?token=abc\n", url: url)

        #expect(failure.kind == kind)
        #expect(failure.description.hasPrefix("https://h/f: "))
        #expect(!failure.description.contains("geheim"))
        #expect(!failure.description.contains("abc"))
    }
}

@Suite struct `A failure over SFTP` {
    @Test(arguments: [
        (60, "curl: (60) SSL peer certificate or SSH remote key was not OK", TransferFailure.Kind.untrusted, "known_hosts"),
        (2, "curl: (2) Could not find a known_hosts file", .untrusted, "known_hosts"),
        (2, "curl: (2) Failure initializing sftp session: would block", .refused, "begins no SFTP session"),
        (67, "curl: (67) Authentication failure", .denied, "user and password"),
    ])
    func `is told in the words of SSH`(status: Int32, message: String, kind: TransferFailure.Kind, word: String) throws {
        let url = try TransferURL("sftp://u:geheim@h/f")
        let failure = TransferFailure(exitStatus: status, httpStatus: nil, message: message, url: url)

        #expect(failure.kind == kind)
        #expect(failure.description.contains(word))
    }
}

@Suite struct `The known hosts` {
    @Test func `are needed for SFTP and for nothing else`() throws {
        let none = "/nowhere/.ssh/known_hosts"
        let failure = #expect(throws: TransferFailure.self) {
            try KnownHosts.check(try TransferURL("sftp://u:geheim@h/f"), path: none)
        }
        #expect(failure?.kind == .untrusted)
        #expect(failure?.description.contains(none) == true)
        #expect(throws: Never.self) { try KnownHosts.check(try TransferURL("sftp://h/f"), path: "/dev/null") }
        #expect(throws: Never.self) { try KnownHosts.check(try TransferURL("https://h/f"), path: none) }
        #expect(KnownHosts.path(home: "/var/lib/x") == "/var/lib/x/.ssh/known_hosts")
    }
}

@Suite struct `curl's version` {
    @Test func `tells which protocols there are`() {
        let text = "curl 7.88.1 (x86_64-pc-linux-gnu)\nProtocols: dict file ftp ftps http https imap scp sftp\nFeatures: alt-svc\n"

        #expect(Curl.protocols(text) == [.ftp, .ftps, .http, .https, .sftp])
        #expect(Curl.protocols("curl 8\nProtocols: http file\n") == [.http])
        #expect(Curl.protocols("nonsense").isEmpty)
    }

    @Test func `is missing where there is no curl`() async {
        #expect(await Curl(program: "/nowhere/curl").protocols().isEmpty)
    }
}

@Suite struct `A server's answer` {
    @Test func `is the last one of its redirects`() {
        let headers = ResponseHeaders(
            "HTTP/1.1 302 Found\r\nETag: \"old\"\r\n\r\nHTTP/1.1 206 Partial Content\r\nEtag: \"new\"\r\nContent-Length: 12\r\n\r\n"
        )

        #expect(headers.status == 206)
        #expect(headers.validator == "\"new\"")
        #expect(headers.contentLength == 12)
    }

    @Test func `names its version by date when its tag is weak`() {
        let headers = ResponseHeaders("HTTP/1.0 200 OK\r\nETag: W/\"x\"\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\n")

        #expect(headers.validator == "Thu, 01 Jan 2026 00:00:00 GMT")
    }

    @Test func `of FTP says nothing of versions`() {
        #expect(ResponseHeaders("220 ready\r\n331 password: please\r\n").validator == nil)
    }

    @Test func `tells the whole length when nothing is left`() {
        #expect(ResponseHeaders("HTTP/1.1 416 x\r\nContent-Range: bytes */77\r\n\r\n").completeLength == 77)
    }
}
