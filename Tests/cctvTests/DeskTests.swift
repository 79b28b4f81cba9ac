import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

/// The recorder behind its console: the real program, asked over its own socket.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(3)))
struct DeskTests {
    private let folder = TemporaryDirectory()

    private func start(_ arguments: String...) throws -> Program {
        try Program(arguments, in: folder.path)
    }

    private func ask(
        _ method: String, _ path: String, _ body: JSON? = nil
    ) throws(CommandFailure) -> JSON {
        try ControlClient(folder: folder.file("clips")).ask(method, path, body)
    }

    private func camera() throws -> (program: Program, url: String) {
        let camera = try start("camera", "--port", "0")
        #expect(eventually { camera.output.hasSuffix("\n") })
        return (camera, String(camera.output.dropLast()))
    }

    private func recorder(_ arguments: String...) throws -> Program {
        let program = try Program(
            ["--output-folder", "clips", "--listen", "127.0.0.1:\(try freePort())"] + arguments,
            in: folder.path)
        #expect(eventually { (try? ask("GET", "status")) != nil }, "\(program.errors)")
        return program
    }

    private func state(of camera: String) -> String? {
        let cameras = (try? ask("GET", "status"))?["cameras"]?.elements ?? []
        return cameras.first { $0["name"]?.string == camera }?["state"]?.string
    }

    private func end(_ programs: Program...) {
        for program in programs {
            program.send(SIGTERM)
            #expect(program.wait(atMost: .seconds(8)).status == 0)
        }
    }

    @Test func `without a camera it starts, and records the first that is added`() throws {
        let (camera, url) = try camera()
        let program = try recorder()
        #expect(try ask("GET", "status")["state"]?.string == "empty")
        #expect(try ask("GET", "settings")["file"]?.string == "config.json")
        let added = try ask("POST", "cameras", ["name": "yard", "url": JSON(url)])
        #expect(added["name"]?.string == "yard" && added["has_password"]?.text == "false")
        #expect(eventually { state(of: "yard") == "recording" }, "\(program.errors)")
        #expect(folder.names().contains("config.json"))
        #expect(
            eventually { ((try? ask("GET", "clips"))?["clips"]?.elements ?? []).count == 1 })
        let refused = #expect(throws: CommandFailure.self) {
            try ask("PATCH", "settings", ["VIDEO_CLIP_DURATION": "0"])
        }
        #expect(refused?.description.contains("VIDEO_CLIP_DURATION") == true)
        let changed = try ask("PATCH", "settings", ["MAX_FOLDER_SIZE_GB": "2"])
        let limit = changed["keys"]?.elements?.first {
            $0["key"]?.string == "MAX_FOLDER_SIZE_GB"
        }
        #expect(limit?["value"]?.string == "2" && limit?["origin"]?.string == "file")
        let cameras = try ask("GET", "status")["cameras"]?.elements
        #expect(cameras?.first?["sessions"]?.text == "1", "a limit disturbs no session")
        end(program, camera)
    }

    @Test func `a camera stopped alone stays so over a reload, and its gap says who`() throws {
        let (camera, url) = try camera()
        let text = """
            {"CAMERAS": [{"NAME": "a", "RTSP_URL": "\(url)"}, {"NAME": "b", "RTSP_URL": "\(url)"}]}
            """
        try Files.replace(folder.file("config.json"), with: Array(text.utf8), mode: 0o600)
        let program = try recorder()
        #expect(
            eventually {
                state(of: "a") == "recording" && state(of: "b") == "recording"
                    && (try? ask("GET", "clips"))?["total"]?.text == "2"
            })
        let stopped = try Program.run(
            ["stop", "--camera", "b", "--json", "--output-folder", "clips"], in: folder.path)
        #expect(stopped.status == 0)
        #expect(try JSONReader.read(Array(stopped.output.utf8))["state"]?.string == "partly")
        let clips = try ask("GET", "clips?camera=b")["clips"]?.elements
        #expect(clips?.first?["open"]?.text == "false", "answered once its clip is final")
        _ = try ask("POST", "reload")
        #expect(state(of: "b") == "stopped" && state(of: "a") == "recording")
        let now = SystemClocks().wall
        let span = "from=\((now + .seconds(-600)).utcText)&to=\((now + .seconds(60)).utcText)"
        func causes(_ name: String) -> [String] {
            let gaps = (try? ask("GET", "gaps?camera=\(name)&\(span)"))?["gaps"]?.elements ?? []
            return gaps.compactMap { $0["cause"]?.string }
        }
        #expect(eventually { causes("b").contains("stopped-by-user") })
        #expect(!causes("a").contains("stopped-by-user"))
        let unknown = try Program.run(
            ["stop", "--camera", "none", "--output-folder", "clips"], in: folder.path)
        #expect(unknown.status == EX_NOINPUT && unknown.errors.contains("none"))
        _ = try ask("PUT", "recording", ["recording": true])
        #expect(eventually { state(of: "b") == "recording" })
        let lanes = try ask("GET", "timeline?camera=a&camera=b&\(span)")["lanes"]?.elements
        #expect(lanes?.map { $0["camera"]?.string } == ["a", "b"])
        #expect((lanes?[1]["clips"]?.elements?.count ?? 0) >= 1)
        end(program, camera)
    }

    @Test func `an export is made, counts as storage, survives a restart and can go`() throws {
        let (camera, url) = try camera()
        let program = try recorder("--rtsp-url", url, "--video-clip-duration", "1")
        #expect(
            eventually(within: .seconds(20)) {
                Int((try? ask("GET", "clips"))?["total"]?.text ?? "") ?? 0 >= 4
            })
        let clips = try ask("GET", "clips?order=oldest")["clips"]?.elements ?? []
        let from = try #require(clips.first?["start"]?.string)
        let to = try #require(clips[2]["end"]?.string)
        let draft: JSON = ["cameras": ["camera"], "from": JSON(from), "to": JSON(to)]
        let estimate = try ask("POST", "exports/estimate", draft)
        let asked = try ask("POST", "exports", draft)["exports"]?.elements
        #expect(asked?.count == 1)
        func export() -> JSON? { (try? ask("GET", "exports"))?["exports"]?.elements?.first }
        #expect(eventually { export()?["state"]?.string == "finished" }, "\(export()?.text ?? "")")
        let made = try #require(export())
        #expect(made["bytes"]?.text == estimate["bytes"]?.text, "the estimate is exact")
        let name = try #require(folder.names(in: "clips/Exports").first { $0.hasSuffix(".mp4") })
        #expect("\(folder.size(of: "clips/Exports/\(name)"))" == made["bytes"]?.text)
        #expect(
            eventually {
                let bytes = (try? ask("GET", "storage"))?["export_bytes"]?.text
                return Int64(bytes ?? "") ?? 0 >= folder.size(of: "clips/Exports/\(name)")
            })
        end(program)
        let again = try recorder("--rtsp-url", url)
        #expect(eventually { export()?["sha256"]?.string == made["sha256"]?.string })
        #expect(export()?["from"]?.string == from && export()?["state"]?.string == "finished")
        _ = try ask("DELETE", "exports/\(made["id"]?.text ?? "")")
        #expect(folder.names(in: "clips/Exports") == [])
        #expect(export() == nil)
        end(again, camera)
        #expect(try Program.run(["verify", "clips"], in: folder.path).status == 0)
    }

    @Test func `a port in use is told, and the recorder goes on and takes it later`() throws {
        let port = try freePort()
        let number = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var other = sockaddr_in()
        other.sin_family = sa_family_t(AF_INET)
        other.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        other.sin_port = port.bigEndian
        let isBound = withUnsafePointer(to: &other) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        #expect(isBound && listen(number, 1) == 0)
        let program = try start(
            "--rtsp-url", "rtsp://127.0.0.1:1/x", "--output-folder", "clips", "--listen",
            "127.0.0.1:\(port)")
        #expect(eventually { program.errors.contains("cannot listen") }, "\(program.errors)")
        #expect(eventually { program.errors.contains("refuses connections") })
        #expect((try? ask("GET", "status")) != nil, "the socket answers all the same")
        close(number)
        #expect(
            eventually(within: .seconds(15)) {
                program.errors.contains("The console is at http://127.0.0.1:\(port)/")
            })
        end(program)
    }
}
