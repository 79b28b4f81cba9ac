import Glibc
import Platform
import RTSP
import TestSupport
import Testing

@testable import AVRemux
@testable import cctv

/// What the doctor makes of measurements, and the file that it writes.
struct DoctorTests {
    private func report(
        interval: (Double, Double, Double)? = (1, 1, 1), rate: (Double, Double) = (25, 25),
        lost: Int = 0, server: String = "Hipcam RealServer/V1.0", clock: CameraClock? = nil
    ) -> ProbeReport {
        ProbeReport(
            video: VideoFacts(
                codec: "h264", width: 1920, height: 1080, profile: 100, pixelFormat: "yuv420p"),
            frameRate: rate.0, deliveredFrameRate: rate.1, bitrate: 4_000_000,
            keyFrameInterval: interval?.1, longestKeyFrameInterval: interval?.2,
            shortestKeyFrameInterval: interval?.0, frames: 1500, lostPackets: lost, timeRepairs: 0,
            audio: .absent, server: server, authentication: .digestMD5,
            timeToKeyFrame: .seconds(1), clock: clock)
    }

    private func finding(_ code: String, _ facts: CameraFacts) throws -> Finding {
        try #require(CameraFindings.all(facts).first { $0.code == code })
    }

    @Test func `a good camera has nothing bad`() {
        let clock = CameraClock(offset: 0.05, drift: 0, uncertainty: 0.001, reports: 12)
        let facts = CameraFacts(
            report: report(clock: clock), udp: .success(report()),
            sessions: SessionCount(opened: 3))
        #expect(CameraFindings.all(facts).allSatisfy { $0.level == .good })
    }

    @Test func `a smart codec is told with how long clips cannot roll, and where to switch it off`()
        throws
    {
        let found = try finding("key-frames", CameraFacts(report: report(interval: (1, 6, 12))))
        #expect(found.level == .bad)
        #expect(found.text.contains("clips cannot roll for 12 s"))
        #expect(found.advice.contains("H.264+"))
        let other = try finding(
            "key-frames", CameraFacts(report: report(interval: (1, 6, 12), server: "")))
        #expect(other.advice.contains("Zipstream"))
    }

    @Test func `without two key frames nothing can roll`() throws {
        #expect(try finding("key-frames", CameraFacts(report: report(interval: nil))).level == .bad)
        let even = CameraFacts(report: report(interval: (8, 8, 8)))
        #expect(try finding("key-frames", even).level == .note)
    }

    @Test func `a camera that delivers less than it says is caught`() throws {
        let found = try finding("frame-rate", CameraFacts(report: report(rate: (25, 20))))
        #expect(found.level == .bad)
        #expect(found.text.contains("25 pictures a second, 20 come"))
        #expect(found.text.contains("plays in 48 s"))
    }

    @Test func `loss over TCP is bad, over UDP a reason to stay with TCP`() throws {
        let facts = CameraFacts(report: report(lost: 3), udp: .success(report(lost: 9)))
        #expect(try finding("loss-tcp", facts).level == .bad)
        #expect(try finding("loss-udp", facts).level == .note)
        let refused = CameraFacts(report: report(), udp: .failure(.failed(.transportRefused)))
        #expect(try finding("loss-udp", refused).text.contains("UDP does not work"))
    }

    @Test func `a clock that is off is told with its direction`() throws {
        let clock = CameraClock(offset: -3600, drift: 0.0001, uncertainty: 0.00001, reports: 12)
        let found = try finding("clock", CameraFacts(report: report(clock: clock)))
        #expect(found.level == .note)
        #expect(found.text.contains("3600 s behind ours"))
        #expect(found.text.contains("gains 9 s a day"))
    }

    @Test func `few sessions are told with the camera's word`() throws {
        let count = SessionCount(opened: 1, refusal: .failed(.tooManySessions))
        let found = try finding("sessions", CameraFacts(report: report(), sessions: count))
        #expect(found.level == .note)
        #expect(found.text.contains("it gives 1 sessions at once, then"))
    }

    @Test func `days are the limit over the bit rate`() {
        let found = DaysKept.finding(limit: 50 << 30, bitrate: 1_500_000)
        #expect(found.text == "50 GB keep about 3.3 days at 1.5 Mbit/s")
    }

    @Test func `the disk is tried and nothing stays behind`() throws {
        let folder = TemporaryDirectory()
        let latency = try DiskLatency.measure(in: folder.path, clocks: SystemClocks())
        #expect(latency.seconds.count == 25)
        #expect(latency.median <= latency.longest)
        #expect(folder.names() == [])
        #expect(throws: SystemError.self) {
            try DiskLatency.measure(in: folder.path + "/none", clocks: SystemClocks())
        }
    }

    @Test func `tar reads the bundle, and no password is in it`() throws {
        let folder = TemporaryDirectory()
        var archive = TarArchive()
        archive.add("a/empty", [], modified: WallTime(nanoseconds: 0))
        archive.add("a/long", [UInt8](repeating: 65, count: 1000), modified: SystemClocks().wall)
        try Files.replace(folder.file("x.tar"), with: archive.finished, mode: 0o600)
        let status = system(
            "cd '\(folder.path)' && tar xf x.tar && test $(wc -c <a/long) = 1000 && test -f a/empty"
        )
        #expect(status == 0)
    }

    @Test func `a camera is looked at, and the findings are bundled without its password`() throws {
        let folder = TemporaryDirectory()
        let settings = """
            {"RTSP_URL": "rtsp://127.0.0.1:1/x", "USERNAME": "admin", "PASSWORD": "canary-77",
             "WEBHOOK_URL": "https://hooks.example/canary-77", "MQTT_PASSWORD": "canary-77",
             "OUTPUT_FOLDER": "\(folder.path)"}
            """
        try Files.replace(folder.file("config.json"), with: Array(settings.utf8), mode: 0o600)
        let outcome = try Program.run(
            ["doctor", "--for", "1s", "--bundle", "out.tar"], in: folder.path)
        #expect(outcome.status == EX_UNAVAILABLE)
        #expect(outcome.output.contains("bad "), "\(outcome)")
        #expect(outcome.errors.contains("could not look at camera"))
        let bytes = try WholeFile.read(folder.file("out.tar"), limit: 1 << 24)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("cctv-doctor/settings.json"))
        #expect(!(text + outcome.output + outcome.errors).contains("canary-77"))
    }
}
