import FakeCamera
import Glibc
import TestSupport
import Testing

/// A reader that is not ours looks at every fixture.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(3)), .enabled(if: FFprobe.isInstalled))
struct FFprobeTests {
    @Test(arguments: [
        ("h264-aac.mp4", ["h264", "aac"]), ("h264-bframes.mp4", ["h264"]),
        ("h264-big-keyframes.mp4", ["h264"]), ("h264-g726.mkv", ["h264", "adpcm_g726"]),
        ("h264-intra-refresh.mp4", ["h264"]), ("h264-l16.mkv", ["h264", "pcm_s16be"]),
        ("h264-noaudio.mp4", ["h264"]), ("h264-opus.mkv", ["h264", "opus"]),
        ("h264-pcma.mkv", ["h264", "pcm_alaw"]), ("h264-pcmu.mkv", ["h264", "pcm_mulaw"]),
        ("h264-pcmu-60ms.mkv", ["h264", "pcm_mulaw"]), ("h265.mp4", ["hevc"]),
        ("h265-bframes.mp4", ["hevc"]), ("mjpeg.mkv", ["mjpeg"]),
    ])
    func `ffprobe sees the codecs of a fixture over TCP`(
        fixture: String, codecs: [String]
    ) throws {
        try withCamera(fixture) { camera in
            let seen = try FFprobe.codecs(of: camera.url("/main"), transport: "tcp")
            #expect(seen == codecs)
        }
    }

    @Test func `ffprobe sees the codecs over UDP`() throws {
        try withCamera("h264-aac.mp4") { camera in
            let seen = try FFprobe.codecs(of: camera.url("/main"), transport: "udp")
            #expect(seen == ["h264", "aac"])
        }
    }

    @Test func `ffprobe sees AAC that is sent as LATM`() throws {
        let latm = try Media(path: "\(Fixture.folder)/h264-aac.mp4", latm: true)
        try withCamera(configure: { $0.mounts = ["main": latm] }) { camera in
            let seen = try FFprobe.codecs(of: camera.url("/main"), transport: "tcp")
            #expect(seen == ["h264", "aac"])
        }
    }
}

/// The program `ffprobe`.
private enum FFprobe {
    static let path = "/usr/bin/ffprobe"
    static var isInstalled: Bool { access(path, X_OK) == 0 }

    /// Returns the codecs of a URL's streams, as ffprobe names them.
    static func codecs(of url: String, transport: String) throws -> [String] {
        let output = try run([
            path, "-v", "error", "-rtsp_transport", transport, "-show_entries",
            "stream=codec_name", "-of", "csv=p=0", url,
        ])
        return output.split(whereSeparator: \.isNewline).map(String.init)
    }

    private static func run(_ arguments: [String]) throws -> String {
        let folder = TemporaryDirectory()
        let file = folder.path + "/output"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, file, O_CREAT | O_WRONLY, 0o600)
        var words = arguments.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var process = pid_t()
        try #require(posix_spawn(&process, path, &actions, nil, &words, environ) == 0)
        var status: Int32 = 0
        #expect(waitpid(process, &status, 0) == process)
        #expect(status == 0)
        return String(decoding: try Fixture.read(file), as: UTF8.self)
    }
}
