import Testing

@testable import cctv

struct RedactionTests {
    @Test(arguments: [
        ("open rtsp://admin:secret@10.0.0.1/1 failed", "open rtsp://***@10.0.0.1/1 failed"),
        ("rtsp://admin:p@ss/w0rd@cam/1", "rtsp://***@cam/1"),
        (#"{"url":"rtsps://u:p@h/"},"#, #"{"url":"rtsps://***@h/"},"#),
        ("a://u:p@b and c://v:q@d", "a://***@b and c://***@d"),
        (
            "Authorization: Digest username=\"u\", response=\"abc\"\r\nCSeq: 2",
            "Authorization:***\r\nCSeq: 2"
        ),
        ("rtsp://h/s?user=a&password=x&ch=1", "rtsp://h/s?user=a&password=***&ch=1"),
        ("PWD=hunter2", "PWD=***"),
    ])
    func `credentials become stars`(_ text: String, _ expected: String) {
        #expect(Redaction.redacted(text) == expected)
    }

    @Test(arguments: [
        "rtsp://10.0.0.1:554/stream1", "no secret at all", "mail me@home.example", "", "a=b: c",
        "Starting new recording: 2025-02-23_10-00-00.mp4",
    ])
    func `other text stays as it is`(_ text: String) {
        #expect(Redaction.redacted(text) == text)
    }

    @Test func `a canary in any place of a URL's userinfo never survives`() {
        for userinfo in ["canary", "u:canary", "canary:", ":canary", "u:a@canary", "u:canary/x"] {
            for frame in ["%@", "see %@ now", "\"%@\"", "x=%@;", "<%@>"] {
                let parts = frame.split(separator: "%@", omittingEmptySubsequences: false)
                let text = parts.joined(separator: "rtsp://\(userinfo)@host/path")
                #expect(!Redaction.redacted(text).contains("canary"), "\(text)")
            }
        }
    }
}
