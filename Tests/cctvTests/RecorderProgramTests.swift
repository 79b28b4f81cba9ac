import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

/// A recorder process from its start to its end, on the built-in camera or on none.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(3)))
struct RecorderProgramTests {
    private let folder = TemporaryDirectory()

    /// Nobody listens there, so that the recorder connects again and again.
    private static let nobody = "rtsp://user:canary@127.0.0.1:1/x"

    private func start(_ arguments: String...) throws -> Program {
        try Program(arguments, in: folder.path)
    }

    private func recorder(_ arguments: String...) throws -> Program {
        let program = try Program(
            ["--rtsp-url", Self.nobody, "--output-folder", "clips"] + arguments, in: folder.path)
        #expect(eventually { program.errors.contains("refuses connections") }, "\(program.errors)")
        return program
    }

    private func ask(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(arguments + ["--output-folder", "clips"], in: folder.path)
    }

    private func clips(_ folderName: String) -> [String] {
        folder.names(in: folderName).filter { $0.hasPrefix("20") }.flatMap { day in
            folder.names(in: "\(folderName)/\(day)").map { "\(folderName)/\(day)/\($0)" }
        }
    }

    @Test func `SIGTERM ends it with 0 and a log that tells the story`() throws {
        let program = try recorder()
        program.send(SIGTERM)
        #expect(program.wait(atMost: .seconds(6)).status == 0)
        let log = String(
            decoding: try WholeFile.read(folder.file("clips/cctv_recorder_log.json")), as: UTF8.self
        )
        let events = log.split(separator: "\n").compactMap {
            (try? JSONReader.read(Array($0.utf8)))?["event"]?.string
        }
        #expect(events.first == "program.started", "\(events)")
        #expect(events.last == "program.stopped", "\(events)")
        #expect(events.contains("camera.disconnected"))
    }

    @Test func `no password is in the log, on the screen or in the process list`() throws {
        let program = try recorder("--log-level", "DEBUG")
        let command = String(
            decoding: try WholeFile.read("/proc/\(program.number)/cmdline"), as: UTF8.self)
        program.send(SIGINT)
        let outcome = program.wait()
        let log = String(
            decoding: try WholeFile.read(folder.file("clips/cctv_recorder_log.json")), as: UTF8.self
        )
        for text in [command, outcome.output, outcome.errors, log] {
            #expect(!text.contains("canary"))
        }
        #expect(command.contains("127.0.0.1:1"), "only the credentials are taken out")
    }

    @Test func `a second recorder on the folder says who runs, and ends with 75`() throws {
        let first = try recorder()
        let second = try start(
            "--rtsp-url", Self.nobody, "--output-folder", "clips"
        ).wait()
        #expect(second.status == EX_TEMPFAIL)
        #expect(second.errors.contains("process \(first.number)"))
        first.send(SIGTERM)
        #expect(first.wait().status == 0)
    }

    @Test func `status, stop, start and reload reach it over its socket`() throws {
        let program = try recorder()
        var status = stat()
        #expect(stat(folder.file("clips/.cctv/control.sock"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        let shown = try ask("status")
        #expect(shown.output.contains("recording to clips (process \(program.number)"))
        #expect(shown.output.contains("refuses connections"))
        #expect(try ask("stop").status == 0)
        let json = try JSONReader.read(Array(try ask("status", "--json").output.utf8))
        #expect(json["recording"]?.text == "false")
        #expect(json["cameras"]?.elements?.first?["state"]?.string == "stopped")
        #expect(try ask("start").status == 0)
        #expect(try ask("status").output.hasPrefix("recording"))
        #expect(try ask("reload").status == 0)
        program.send(SIGTERM)
        #expect(program.wait().status == 0)
        #expect(try ask("status").status == EX_UNAVAILABLE)
        #expect(!folder.names(in: "clips/.cctv").contains("control.sock"))
    }

    @Test func `RECORD_AT_START false waits for cctv start`() throws {
        let program = try start(
            "--rtsp-url", Self.nobody, "--output-folder", "clips", "--no-record-at-start")
        #expect(eventually { program.errors.contains("Waiting for cctv start") })
        #expect(!program.errors.contains("Connecting"))
        #expect(try ask("start").status == 0)
        #expect(eventually { program.errors.contains("Connecting") })
        program.send(SIGTERM)
        #expect(program.wait().status == 0)
    }

    @Test func `new settings that do not hold leave the old ones in force`() throws {
        let path = folder.file("config.json")
        let good = #"{"RTSP_URL": "rtsp://127.0.0.1:1/x", "OUTPUT_FOLDER": "clips"}"#
        try Files.replace(path, with: Array(good.utf8), mode: 0o600)
        let program = try start()
        #expect(eventually { program.errors.contains("refuses connections") })
        try Files.replace(path, with: Array(#"{"AUDIO": 1}"#.utf8), mode: 0o600)
        program.send(SIGHUP)
        #expect(eventually { program.errors.contains("the old ones stay: config.json, line 1") })
        try Files.replace(
            path, with: Array(good.replacing(":1/x", with: ":2/y").utf8), mode: 0o600)
        program.send(SIGHUP)
        #expect(eventually { program.errors.contains("refuses connections to port 2") })
        program.send(SIGTERM)
        #expect(program.wait().status == 0)
    }

    @Test func `a reload leaves a camera alone whose settings did not change`() throws {
        let camera = try start("camera", "--port", "0")
        #expect(eventually { camera.output.hasSuffix("\n") })
        let url = String(camera.output.dropLast())
        func write(_ audio: String) throws {
            let text = """
                {"OUTPUT_FOLDER": "clips", "CAMERAS": [
                  {"NAME": "same", "RTSP_URL": "\(url)"},
                  {"NAME": "other", "RTSP_URL": "\(url)", "AUDIO": "\(audio)"}]}
                """
            try Files.replace(
                folder.file("config.json"), with: Array(text.utf8), mode: 0o600)
        }
        func cameras() throws -> [JSON] {
            let status = try ask("status", "--json")
            return try JSONReader.read(Array(status.output.utf8))["cameras"]?.elements ?? []
        }
        try write("auto")
        let program = try start()
        #expect(
            eventually { (try? cameras().allSatisfy { $0["clip"]?.string != nil }) == true })
        let before = try cameras()
        try write("off")
        #expect(try ask("reload").status == 0)
        #expect(
            eventually { (try? cameras().last?["audio"]?.string?.hasPrefix("left out")) == true })
        let after = try cameras()
        #expect(after.first?["clip"]?.string == before.first?["clip"]?.string)
        #expect(after.first?["sessions"]?.text == "1")
        program.send(SIGTERM)
        #expect(program.wait(atMost: .seconds(6)).status == 0)
        camera.send(SIGTERM)
        #expect(camera.wait().status == 0)
        #expect(try Program.run(["verify", "clips"], in: folder.path).status == 0)
    }

    @Test func `the demonstration makes clips that hold, and goes on after kill -9`() throws {
        let demo = try start("demo", "--video-clip-duration", "2")
        // Of a clip without a fragment nothing would be left to recover.
        #expect(
            eventually(within: .seconds(30)) {
                let third = clips("demo-recordings").dropFirst(2).last
                return folder.size(of: third ?? "") > 10_000
            })
        demo.send(SIGKILL)
        #expect(demo.wait().status == 128 + SIGKILL)
        let left = clips("demo-recordings").count
        let again = try start("demo", "--video-clip-duration", "2")
        #expect(
            eventually(within: .seconds(30)) { clips("demo-recordings").count >= left + 2 })
        again.send(SIGTERM)
        #expect(again.wait(atMost: .seconds(6)).status == 0)
        #expect(again.errors.contains("is recovered"))
        let verified = try Program.run(["verify", "demo-recordings"], in: folder.path)
        #expect(verified.status == 0, "\(verified.output)")
        #expect(!verified.output.contains("open"), "\(verified.output)")
    }

    @Test func `the same signal twice at once finishes every clip`() throws {
        let camera = try start("camera", "--port", "0")
        #expect(eventually { camera.output.hasSuffix("\n") })
        let program = try Program(
            ["--rtsp-url", String(camera.output.dropLast()), "--output-folder", "clips"],
            in: folder.path)
        #expect(eventually { program.errors.contains("Starting new recording") })
        program.send(SIGTERM)
        program.send(SIGTERM)
        #expect(program.wait().status == 0)
        #expect(program.errors.contains("Every clip is finished"))
        camera.send(SIGTERM)
        _ = camera.wait()
    }

    @Test func `a second signal leaves at once, and the next start finishes the clip`() throws {
        let camera = try start("camera", "--port", "0")
        #expect(eventually { camera.output.hasSuffix("\n") })
        let arguments = [
            "--rtsp-url", String(camera.output.dropLast()), "--output-folder", "clips",
        ]
        let program = try Program(arguments, in: folder.path)
        #expect(eventually { program.errors.contains("Starting new recording") })
        // A camera that answers no goodbye keeps its session's end waiting for a while.
        camera.send(SIGSTOP)
        program.send(SIGTERM)
        #expect(eventually { program.errors.contains("Stopping") })
        program.send(SIGINT)
        #expect(program.wait(atMost: .seconds(1)).status == 128 + SIGINT)
        camera.send(SIGKILL)
        // Without work left to do the first signal may have finished the clip before the second.
        let isLeftOpen = try Program.run(["verify", "clips"], in: folder.path).output
            .contains("open")
        let next = try Program(arguments, in: folder.path)
        #expect(
            eventually {
                !isLeftOpen || next.errors.contains("is recovered")
                    || next.errors.contains("no picture")
            }, "\(next.errors)")
        next.send(SIGTERM)
        #expect(next.wait().status == 0)
        #expect(try Program.run(["verify", "clips"], in: folder.path).status == 0)
    }
}
