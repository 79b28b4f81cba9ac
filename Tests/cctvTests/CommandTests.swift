import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

/// The built program as a person runs it: its sentences and its exit statuses.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(2)))
struct CommandTests {
    private let folder = TemporaryDirectory()

    private func run(
        _ arguments: String..., environment: [String: String] = [:]
    ) throws -> Program.Outcome {
        try Program.run(arguments, in: folder.path, environment: environment)
    }

    private func write(_ text: String, to name: String) throws {
        try Files.replace(folder.file(name), with: Array(text.utf8), mode: 0o600)
    }

    @Test func `without settings and console it says what to set, and ends with 78`() throws {
        // With its console it begins all the same: a camera can be added there.
        let outcome = try run("--no-web")
        #expect(outcome.status == EX_CONFIG)
        #expect(outcome.errors.hasPrefix("cctv: no camera is configured; set RTSP_URL"))
        #expect(folder.names() == [], "nothing may be written")
    }

    @Test func `the predecessor's Windows example is explained`() throws {
        try write("{\n  \"OUTPUT_FOLDER\": \"C:\\Users\\me\\clips\"\n}", to: "config.json")
        let outcome = try run()
        #expect(outcome.status == EX_CONFIG)
        #expect(outcome.errors.contains("config.json, line 2, column 23"))
        #expect(outcome.errors.contains("doubled"))
    }

    @Test(arguments: [
        (["--no-such-flag"], EX_USAGE, "--no-such-flag"),
        (["--audio", "loud"], EX_USAGE, "--audio is \"loud\", but must be auto, aac or off"),
        (["--config", "none.json"], EX_NOINPUT, "none.json"),
        (["--rtsp-url", "file:///etc/passwd"], EX_USAGE, "rtsp://"),
        (["--rtsp-url", "rtsp://u:canary@h:0/"], EX_USAGE, "port"),
        (["verify", "none.mp4"], EX_NOINPUT, "none.mp4: No such file or directory"),
        (["recover", "none.mp4"], EX_NOINPUT, "none.mp4: No such file or directory"),
        (["status"], EX_UNAVAILABLE, "no cctv records to ./recordings"),
        (["probe", "rtsp://127.0.0.1:1/x"], EX_UNAVAILABLE, "refuses connections to port 1"),
        (["probe", "http://127.0.0.1/x"], EX_USAGE, "rtsp://"),
        (["camera", "--fault", "nothing"], EX_USAGE, "--list-faults"),
        (["config", "set", "AUDIOO", "off", "--config", "none.json"], EX_NOINPUT, "none.json"),
    ])
    func `each mistake has a sentence and its exit status`(
        _ arguments: [String], _ status: Int32, _ words: String
    ) throws {
        let outcome = try Program.run(arguments, in: folder.path)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(!outcome.errors.contains("canary"))
    }

    @Test func `a folder that cannot be made is an error and no crash`() throws {
        try write("", to: "file")
        let outcome = try run("--rtsp-url", "rtsp://127.0.0.1:1/", "--output-folder", "file/clips")
        #expect(outcome.status == EX_IOERR)
        #expect(outcome.errors.contains("file/clips"))
    }

    @Test func `a file that is no clip is named so, and left as it is`() throws {
        try write("not a clip", to: "film.mp4")
        let verified = try run("verify", "film.mp4")
        #expect(verified.status == EX_DATAERR)
        #expect(verified.output.contains("NO CLIP  film.mp4"))
        let recovered = try run("recover", "film.mp4")
        #expect(recovered.status == EX_DATAERR)
        #expect(recovered.output.contains("left as it is"))
        #expect(folder.names() == ["film.mp4"])
    }

    @Test func `the version tells the parts that others release`() throws {
        let output = try run("--version").output
        #expect(output.contains("cctv \(Version.program)"))
        #expect(
            output.contains("FFmpeg 5.") || output.contains("FFmpeg 6.")
                || output.contains("FFmpeg 7."))
        #expect(output.contains("Swift 6."))
    }

    @Test func `settings can be written, checked, changed and shown`() throws {
        #expect(try run("config", "init").status == 0)
        #expect(try run("config", "init").status == EX_CANTCREAT, "an existing file is left alone")
        let untouched = try run("config", "check")
        #expect(untouched.status == EX_CONFIG)
        #expect(untouched.errors.contains("still the example"), "\(untouched.errors)")
        #expect(try run("config", "set", "RTSP_URL", "rtsp://127.0.0.1/x").status == 0)
        #expect(try run("config", "check").output.contains("config.json: good"))
        #expect(try run("config", "set", "VIDEO_CLIP_DURATION", "60").status == 0)
        #expect(try run("config", "set", "VIDEO_CLIP_DURATION", "0").status == EX_CONFIG)
        #expect(try run("config", "set", "PASSWORD", "canary").status == 0)
        let shown = try run(
            "config", "show", "--no-web", environment: ["CCTV_AUDIO": "off"])
        #expect(shown.output.contains("VIDEO_CLIP_DURATION   file         60"))
        #expect(shown.output.contains("AUDIO                 environment  off"))
        #expect(shown.output.contains("WEB                   flag         false"))
        #expect(!shown.output.contains("canary"))
        let json = try JSONReader.read(Array(try run("config", "show", "--json").output.utf8))
        #expect(json["VIDEO_CLIP_DURATION"]?["value"]?.text == "60")
        #expect(json["PASSWORD"]?["value"]?.string == "***")
    }
}
