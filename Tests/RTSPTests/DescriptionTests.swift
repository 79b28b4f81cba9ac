import Testing

@testable import RTSP

struct DescriptionTests {
    @Test func `a camera's description gives its media`() throws {
        let description = try SessionDescription(parsing: PlainCamera.sdp)
        #expect(description.control == "*")
        #expect(description.media.map(\.kind) == [.video, .audio])
        let video = description.media[0]
        #expect(video.encodingName == "H264")
        #expect(video.clockRate == 90000)
        #expect(video.formatParameters.hasPrefix("packetization-mode=1;sprop"))
        #expect(video.control == "track1")
        #expect(description.media[1].clockRate == 16000)
    }

    @Test func `spaces at line ends, line feeds and fixed payload types are understood`() throws {
        let text = """
            v=0
            m=video 0 RTP/AVP 26 
            a=control:rtsp://cam/x/v 
            nonsense
            m=audio 0 RTP/AVP/TCP 8 
            a=rtpmap:8 pcma / 8000 / 2 
            a=rtpmap:9 G722/8000
            m=application 0 RTP/AVP 107
            a=rtpmap:107 vnd.onvif.metadata/90000
            m=video 0 UDP 33
            """
        let media = try SessionDescription(parsing: text).media
        #expect(media.count == 3)
        #expect(media[0].encodingName == "JPEG")
        #expect(media[0].control == "rtsp://cam/x/v")
        #expect(media[1].encodingName == "PCMA")
        #expect(media[1].channels == 2)
        #expect(!media[2].isUsable)
    }

    @Test func `what is no description is refused`() {
        #expect(throws: RTSPError.self) { try SessionDescription(parsing: "") }
        #expect(throws: RTSPError.self) { try SessionDescription(parsing: "<html></html>") }
    }

    @Test func `the first usable video and a microphone are chosen, a loudspeaker is not`() throws {
        let text = """
            v=0
            m=audio 0 RTP/AVP 0
            a=sendonly
            m=video 0 RTP/AVP 99
            a=rtpmap:99 VND.MYSTERY/90000
            m=video 0 RTP/AVP 96
            a=rtpmap:96 H265/90000
            m=audio 0 RTP/AVP 8
            a=recvonly
            """
        let media = try SessionDescription(parsing: text).media
        #expect(try MediaChoice(of: media, wanted: [.video, .audio]).indices == [2, 3])
        #expect(try MediaChoice(of: media, wanted: [.audio]).indices == [3])
        #expect(throws: RTSPError.noVideo) {
            try MediaChoice(of: Array(media[0...1]), wanted: [.video])
        }
        // The only sound there is may be marked wrongly.
        #expect(
            try MediaChoice(of: [media[0], media[2]], wanted: [.video, .audio]).indices == [1, 0])
    }

    @Test func `the demuxer's description gives each medium a payload type of its own`() throws {
        let media = try SessionDescription(parsing: PlainCamera.sdp).media
        let choice = try MediaChoice(of: media, wanted: [.video, .audio])
        #expect(choice.payloadTypes == [96, 97])
        let again = try SessionDescription(parsing: choice.demuxerSDP(of: media)).media
        #expect(again.map(\.payloadType) == [96, 97])
        #expect(again.map(\.encodingName) == ["H264", "MPEG4-GENERIC"])
        #expect(again[0].formatParameters == media[0].formatParameters)
    }

    @Test func `a picture under a transport stream's payload type is told as what it is`() throws {
        let text = """
            v=0
            m=video 0 RTP/AVP 33
            a=rtpmap:33 H264/90000
            m=audio 0 RTP/AVP 8
            """
        let media = try SessionDescription(parsing: text).media
        let choice = try MediaChoice(of: media, wanted: [.video, .audio])
        #expect(choice.payloadTypes == [96, 8])
        #expect(choice.demuxerSDP(of: media).contains("a=rtpmap:96 H264/90000"))
    }

    @Test(arguments: [
        ("", "rtsp://cam/x"),
        ("*", "rtsp://cam/x"),
        ("track1", "rtsp://cam/x/track1"),
        ("/other", "rtsp://cam/other"),
        ("rtsp://nat/abs", "rtsp://nat/abs"),
    ])
    func `control URLs are absolute, relative or missing`(control: String, expected: String) {
        #expect(ControlURL.resolve(control, base: "rtsp://cam/x") == expected)
    }

    @Test func `a base with a query or a slash is kept whole`() {
        #expect(ControlURL.resolve("t", base: "rtsp://c/x/") == "rtsp://c/x/t")
        #expect(ControlURL.resolve("t", base: "rtsp://c/x?a=1") == "rtsp://c/x?a=1/t")
        var response = RTSPResponse(status: 200)
        #expect(ControlURL.base(of: response, requestURI: "rtsp://c/x") == "rtsp://c/x")
        response.headers.append("Content-Base", "rtsp://c/base/")
        #expect(ControlURL.base(of: response, requestURI: "rtsp://c/x") == "rtsp://c/base/")
    }
}
