import Console
import RTSP
import Testing

@testable import cctv

/// Which addresses the console looks at for a camera, when somebody who may add cameras names one.
struct CameraTargetTests {
    @Test(arguments: [
        "169.254.169.254", "169.254.1.7", "0.0.0.0", "0", "224.0.0.1", "239.255.255.250",
        "255.255.255.255", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.16689662",
        "[::]", "[fe80::1]", "[fe80::1%25eth0]", "[ff02::1]", "[fd00:ec2::254]",
        "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[::169.254.169.254]",
    ])
    func `an address where no camera can be is not looked at`(host: String) {
        let failure = #expect(throws: RecorderFailure.self) {
            try CameraURL(checking: "rtsp://\(host)/stream1")
        }
        #expect(failure?.code == "camera.target" && failure?.field == "url")
    }

    @Test(arguments: [
        "192.168.1.20", "10.0.0.1", "203.0.113.9", "127.0.0.1", "localhost", "[::1]", "[fd00::1]",
        "[2001:db8::1]", "[::ffff:192.168.1.20]", "camera.lan", "169.254.example",
    ])
    func `an address of a camera is`(host: String) throws {
        _ = try CameraURL(checking: "rtsp://\(host)/stream1")
    }

    @Test(arguments: [
        "file:///etc/passwd", "http://192.168.1.20/", "concat:rtsp://a|rtsp://b",
        "rtsp+http://192.168.1.20/", "subfile,,start,0,end,9,,:/etc/passwd", "/etc/passwd",
        "unix:/run/docker.sock", "pipe:0", "rtsp:///etc/passwd", "data:text/plain,x", "tee:a|b",
        "rtsp://h/1\r\nX: y", "gopher://h:70/_x",
    ])
    func `what is no camera's address is refused by the console too`(text: String) {
        let failure = #expect(throws: RecorderFailure.self) { try CameraURL(checking: text) }
        #expect(failure?.code == "camera.url")
    }
}
