import RTSP
import Testing

struct CameraURLTests {
    @Test func `user name and password are split off and never printed`() throws {
        let url = try CameraURL(parsing: "rtsp://admin:S3cret@10.0.0.9:8554/ch0?a=b@c")
        #expect(url.host == "10.0.0.9")
        #expect(url.port == 8554)
        #expect(url.pathAndQuery == "/ch0?a=b@c")
        #expect(url.credentials?.username == "admin")
        #expect(url.credentials?.password.reveal() == "S3cret")
        #expect(url.description == "rtsp://10.0.0.9:8554/ch0?a=b@c")
        #expect(!"\(url.credentials as Any)".contains("S3cret"))
        var dumped = ""
        dump(url, to: &dumped)
        #expect(!dumped.contains("S3cret"))
    }

    @Test(arguments: [
        ("rtsp://admin:p@ss@cam/1", "p@ss"),
        ("rtsp://admin:a:b@cam/1", "a:b"),
        ("rtsp://admin:a/b@cam/1", "a/b"),
        ("rtsp://admin:a#b@cam/1", "a#b"),
        ("rtsp://admin:a?b@cam/1", "a?b"),
        ("rtsp://admin:a/b@c@cam/1", "a/b@c"),
        ("rtsp://admin:%40%2F%3A%25@cam/1", "@/:%"),
        ("rtsp://admin:50%@cam/1", "50%"),
        ("rtsp://admin:%zz@cam/1", "%zz"),
        ("rtsp://admin@cam/1", ""),
        ("rtsp://admin:@cam/1", ""),
    ])
    func `passwords may contain what people put into them`(text: String, password: String) throws {
        let url = try CameraURL(parsing: text)
        #expect(url.host == "cam")
        #expect(url.pathAndQuery == "/1")
        #expect(url.credentials?.username == "admin")
        #expect(url.credentials?.password.reveal() == password)
    }

    @Test(arguments: [
        ("rtsp://cam", "cam", 554, ""),
        ("RTSP://CAM/X", "cam", 554, "/X"),
        ("rtsps://cam/", "cam", 322, "/"),
        ("rtsp://cam:8554?ch=1", "cam", 8554, "?ch=1"),
        ("rtsp://cam:/x", "cam", 554, "/x"),
        ("rtsp://[2001:db8::1]:99/x", "2001:db8::1", 99, "/x"),
        ("rtsp://[fe80::1%25eth0]/x", "fe80::1%eth0", 554, "/x"),
        ("rtsp://cam/a@b", "cam", 554, "/a@b"),
        ("rtsp://cam?user=a@b", "cam", 554, "?user=a@b"),
        ("rtsp://1.2.3.4/a%20b?c=%40", "1.2.3.4", 554, "/a%20b?c=%40"),
    ])
    func `hosts, ports and paths are read as written`(
        text: String, host: String, port: Int, path: String
    ) throws {
        let url = try CameraURL(parsing: text)
        #expect(url.host == host)
        #expect(Int(url.port) == port)
        #expect(url.pathAndQuery == path)
        #expect(url.credentials == nil)
    }

    @Test(arguments: [
        ("", CameraURLError.empty),
        ("/etc/passwd", .noScheme),
        ("10.0.0.1", .noScheme),
        ("cam:554/x", .noScheme),
        ("file:///etc/passwd", .unsupportedScheme("file")),
        ("file:/etc/passwd", .unsupportedScheme("file")),
        ("http://cam/x", .unsupportedScheme("http")),
        ("concat:rtsp://a|rtsp://b", .unsupportedScheme("concat")),
        ("subfile,,start,0,end,9,,:/etc/passwd", .noScheme),
        ("tcp://cam:554", .unsupportedScheme("tcp")),
        ("rtsp://", .noHost),
        ("rtsp:///x", .noHost),
        ("rtsp://:554/x", .noHost),
        ("rtsp://admin:pw@/x", .noHost),
        ("rtsp://cam:0/x", .badPort),
        ("rtsp://cam:65536/x", .badPort),
        ("rtsp://cam:+5/x", .badPort),
        ("rtsp://cam:x/y", .badPort),
        ("rtsp://ca$m/x", .badHost),
        ("rtsp://[::g]/x", .badHost),
        ("rtsp://[::1]x/y", .badHost),
        ("rtsp://kamera-küche/x", .badHost),
        ("rtsp://cam/a b", .space),
        (" rtsp://cam/x", .space),
        ("rtsp://cam/x\r\nPLAY", .controlCharacter),
        ("rtsp://cam/\u{7F}", .controlCharacter),
    ])
    func `what is no camera's address is refused`(text: String, error: CameraURLError) {
        #expect(throws: error) { try CameraURL(parsing: text) }
        #expect(error.description.count > 20)
    }

    @Test func `a password in the path or query is not printed`() throws {
        let url = try CameraURL(parsing: "rtsp://cam/user=admin&password=S3cret&channel=1")
        #expect(url.description == "rtsp://cam/user=admin&password=***&channel=1")
        #expect(url.requestURI.contains("S3cret"))
        let query = try CameraURL(parsing: "rtsp://cam/live?pwd=S3cret")
        #expect(query.description == "rtsp://cam/live?pwd=***")
    }

    @Test func `no error repeats a password`() {
        let texts = [
            "rtsp://admin:S3cret", "admin:S3cret@cam/x", "rtsp://admin:S3cret@ca$m/",
            "rtsp://admin:S3cret@cam:port/", "S3cret://x", "rtsp://admin:S3cret@cam/a b",
        ]
        for text in texts where !text.hasPrefix("S3cret") {
            let error = #expect(throws: CameraURLError.self) { try CameraURL(parsing: text) }
            #expect(!"\(error as Any)".contains("S3cret"), "\(text)")
        }
    }
}
