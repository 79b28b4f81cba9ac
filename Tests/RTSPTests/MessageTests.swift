import Testing

@testable import RTSP

struct MessageTests {
    private func parse(_ text: String) throws(RTSPError) -> MessageParser.Result {
        try Array(text.utf8).span.bytes.withUnsafeBytes { (raw) throws(RTSPError) in
            try MessageParser.parse(raw)
        }
    }

    private func response(_ text: String) throws -> RTSPResponse? {
        guard case .message(.response(let response), let length) = try parse(text) else {
            return nil
        }
        #expect(length == text.utf8.count)
        return response
    }

    @Test func `a request comes back as it was serialized`() throws {
        var request = RTSPRequest(method: "SETUP", uri: "rtsp://cam/track1")
        request.headers.append("CSeq", "3")
        request.headers.append("Transport", "RTP/AVP/TCP;unicast;interleaved=0-1")
        request.body = Array("x=1".utf8)
        let bytes = request.serialized()
        let parsed = try parse(String(decoding: bytes, as: UTF8.self))
        request.headers.append("Content-Length", "3")
        #expect(parsed == .message(.request(request), length: bytes.count))
    }

    @Test func `lines that end in a bare line feed are understood`() throws {
        let answer = try response("RTSP/1.0 200 OK\ncseq: 4\nsession:12;timeout=5\n\n")
        #expect(answer?.status == 200)
        #expect(answer?.sequence == 4)
        #expect(answer?.headers["Session"] == "12;timeout=5")
    }

    @Test func `names of header lines have no case, and all lines of a name are kept`() throws {
        let text =
            "RTSP/1.0 401 No\r\nWWW-Authenticate: Basic a\r\nwww-authenticate:  Digest b \r\n\r\n"
        let answer = try response(text)
        #expect(answer?.headers.all("WWW-AUTHENTICATE") == ["Basic a", "Digest b"])
    }

    @Test func `odd lines are passed over`() throws {
        let answer = try response("RTSP/1.0 200\r\nno colon here\r\n: no name\r\nA: b:c\r\n\r\n")
        #expect(answer?.reason == "")
        #expect(answer?.headers.fields.count == 1)
        #expect(answer?.headers["a"] == "b:c")
    }

    @Test func `a message is incomplete until its last byte is there`() throws {
        let text = "RTSP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        for length in 1..<text.utf8.count {
            guard case .incomplete(let needed) = try parse(String(text.utf8.prefix(length)) ?? "")
            else {
                Issue.record("\(length) bytes were taken for a whole message")
                return
            }
            #expect(needed > length && needed <= text.utf8.count)
        }
        #expect(try response(text)?.body == Array("hello".utf8))
    }

    @Test(arguments: ["9999999999", "1048577", "-1", "x", "99999999999999999999999"])
    func `a body that is too long or of no length is refused before it comes`(length: String) {
        #expect(throws: RTSPError.self) {
            try parse("RTSP/1.0 200 OK\r\nContent-Length: \(length)\r\n\r\n")
        }
    }

    @Test func `a header without end is refused at 16 KiB`() throws {
        let line = "A: " + String(repeating: "x", count: 1021) + "\n"
        let text = "RTSP/1.0 200 OK\n" + String(repeating: line, count: 15)
        #expect(try parse(text) == .incomplete(needed: text.utf8.count + 1))
        #expect(throws: RTSPError.malformed(what: "a header of more than 16 KiB")) {
            try parse(text + line)
        }
    }

    @Test func `a header value cannot become a line of its own`() {
        var request = RTSPRequest(method: "OPTIONS", uri: "rtsp://cam/x\r\nEvil: 1")
        request.headers.append("A", "b\r\nEvil: 2")
        let text = String(decoding: request.serialized(), as: UTF8.self)
        #expect(!text.contains("\nEvil"))
    }

    @Test func `transports are read with whatever is missing`() {
        let full = TransportHeader(
            parsing: "RTP/AVP;unicast;client_port=5000-5001;server_port=6000-6001;source=1.2.3.4")
        #expect(full.clientPorts == .init(rtp: 5000, rtcp: 5001))
        #expect(full.serverPorts == .init(rtp: 6000, rtcp: 6001))
        #expect(full.source == "1.2.3.4")
        #expect(!full.isInterleaved)
        let bare = TransportHeader(parsing: "RTP/AVP/TCP")
        #expect(bare.isInterleaved && bare.channels == nil)
        let single = TransportHeader(parsing: " RTP/AVP/TCP ; interleaved = 4 ; mode=play")
        #expect(single.channels == .init(rtp: 4, rtcp: 5))
        #expect(TransportHeader(parsing: "RTP/AVP/TCP;interleaved=300-301").channels == nil)
        let made = TransportHeader(channels: .init(rtp: 2, rtcp: 3))
        #expect(TransportHeader(parsing: made.headerValue) == made)
    }

    @Test func `sessions have a name and a timeout of sixty seconds unless told`() {
        #expect(SessionHeader(parsing: "abc").timeout == .seconds(60))
        #expect(SessionHeader(parsing: " abc ; timeout = 12 ").identifier == "abc")
        #expect(SessionHeader(parsing: "abc;timeout=12").timeout == .seconds(12))
        #expect(SessionHeader(parsing: "abc;timeout=0").timeout == .seconds(60))
        #expect(SessionHeader(parsing: "").identifier == "")
    }
}
