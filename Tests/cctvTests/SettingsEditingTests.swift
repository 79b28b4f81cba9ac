import AVRemux
import Console
import Glibc
import Platform
import RTSP
import TestSupport
import Testing

@testable import cctv

/// Changes to a settings file's text that a console makes.
struct SettingsEditingTests {
    private let folder = TemporaryDirectory()

    private func file(_ text: String) throws -> SettingsFile {
        try SettingsFile(path: folder.file("config.json"), text: Array(text.utf8))
    }

    private func text(_ file: SettingsFile) -> String { String(decoding: file.text, as: UTF8.self) }

    @Test(arguments: [
        ("{\n  \"A\": 1,\n  \"B\": 2,\n  \"C\": 3\n}", "A", "{\n  \"B\": 2,\n  \"C\": 3\n}"),
        ("{\n  \"A\": 1,\n  \"B\": 2,\n  \"C\": 3\n}", "B", "{\n  \"A\": 1,\n  \"C\": 3\n}"),
        ("{\n  \"A\": 1,\n  \"B\": 2\n}", "B", "{\n  \"A\": 1\n}"), ("{\"A\": 1}", "A", "{}"),
        ("{\"A\": 1}", "Z", "{\"A\": 1}"),
    ])
    func `a key goes with its comma and nothing else`(
        _ before: String, _ key: String, _ after: String
    ) throws {
        var file = try file(before)
        try file.remove(key)
        #expect(text(file) == after)
    }

    @Test func `an entry of the cameras is added, changed and removed in its place`() throws {
        let before = """
            {
              "CAMERAS": [
                {"NAME": "a", "RTSP_URL": "rtsp://h/1"},
                {"NAME": "b",   "RTSP_URL": "rtsp://h/2"}
              ],
              "AUDIO": "off"
            }
            """
        var file = try file(before)
        try file.set("AUDIO", to: "aac", at: .camera(1))
        try file.set("NAME", to: "c", at: .camera(0))
        try file.addCamera(["NAME": "d"])
        #expect(
            text(file) == """
                {
                  "CAMERAS": [
                    {"NAME": "c", "RTSP_URL": "rtsp://h/1"},
                    {"NAME": "b",   "RTSP_URL": "rtsp://h/2",   "AUDIO": "aac"},
                    {"NAME": "d"}
                  ],
                  "AUDIO": "off"
                }
                """)
        try file.removeCamera(at: 0)
        try file.removeCamera(at: 1)
        #expect(file.cameraEntries.map { $0["NAME"]?.string } == ["b"])
        try file.removeCamera(at: 0)
        #expect(text(file).contains("\"CAMERAS\": []"))
        try file.addCamera(["NAME": "e"])
        #expect(text(file).contains("\"CAMERAS\": [\n    {\"NAME\": \"e\"}\n  ]"))
    }

    private func editor(_ text: String?, flags: [String: String] = [:]) throws -> SettingsEditor {
        let path = folder.file("config.json")
        if let text { try Files.replace(path, with: Array(text.utf8), mode: 0o640) }
        return SettingsEditor(
            loader: SettingsLoader(
                fixed: SettingsSources(flags: flags), given: text == nil ? nil : path))
    }

    @Test func `a camera is added as a person writes it, without the password of its address`()
        throws
    {
        let editor = try editor("{\n  \"AUDIO\": \"off\"\n}\n")
        try CameraEditor(editor: editor).add(
            CameraDraft(name: "yard", url: "rtsp://viewer:canary%40@127.0.0.1:8554/x"))
        let saved = String(decoding: try WholeFile.read(folder.file("config.json")), as: UTF8.self)
        #expect(saved.contains("\"RTSP_URL\": \"rtsp://127.0.0.1:8554/x\""))
        #expect(saved.contains("{\"NAME\": \"yard\", \"RTSP_URL\""))
        let settings = try editor.loader.load()
        let document = SettingsView(loader: editor.loader, inForce: settings).document
        let camera = try #require(document.cameras.first)
        #expect(camera.hasPassword && camera.username == "viewer" && camera.listed)
    }

    @Test func `a value that does not hold changes nothing, and its key is named`() throws {
        let before = "{\n  \"VIDEO_CLIP_DURATION\": 600\n}\n"
        let editor = try editor(before)
        let values = [
            ("VIDEO_CLIP_DURATION", "0"), ("NO_SUCH_KEY", "1"), ("CAMERAS", "[]"),
            ("RTSP_URL", "rtsp://169.254.169.254/latest"),
        ]
        for (key, value) in values {
            let failure = #expect(throws: RecorderFailure.self) {
                try editor.change([key: value, "AUDIO": "aac"])
            }
            #expect(failure?.kind == .invalid && failure?.field == key)
        }
        #expect(
            String(decoding: try WholeFile.read(folder.file("config.json")), as: UTF8.self)
                == before)
        try editor.change(["VIDEO_CLIP_DURATION": nil, "AUDIO": "aac"])
        let after = String(decoding: try WholeFile.read(folder.file("config.json")), as: UTF8.self)
        #expect(!after.contains("VIDEO_CLIP_DURATION") && after.contains("\"AUDIO\": \"aac\""))
    }

    @Test func `what a flag fixes is a conflict that names the flag`() throws {
        let editor = try editor("{}", flags: ["AUDIO": "off"])
        let failure = #expect(throws: RecorderFailure.self) {
            try editor.change(["AUDIO": "aac"])
        }
        #expect(failure?.kind == .conflict && failure?.text.contains("--audio") == true)
        let record = SettingsView(loader: editor.loader, inForce: try editor.loader.load())
            .document.keys.first { $0.key == "AUDIO" }
        #expect(record?.origin == .flag && record?.fixedBy == "--audio" && record?.value == "off")
    }

    @Test func `the camera of RTSP_URL moves into CAMERAS when a second one comes`() throws {
        let editor = try editor(
            "{\n  \"RTSP_URL\": \"rtsp://127.0.0.1/1\",\n  \"PASSWORD\": \"p\"\n}\n")
        let cameras = CameraEditor(editor: editor)
        try cameras.add(CameraDraft(name: "yard", url: "rtsp://127.0.0.1/2"))
        let settings = try editor.loader.load()
        #expect(settings.cameras.map(\.recording.name) == ["camera-1", "yard"])
        #expect(settings.cameras[0].recording.credentials?.password.reveal() == "p")
        #expect(settings.cameras[1].recording.credentials == nil)
        let failure = #expect(throws: RecorderFailure.self) {
            try cameras.add(CameraDraft(name: "yard", url: "rtsp://127.0.0.1/3"))
        }
        #expect(failure?.kind == .conflict)
        let named = #expect(throws: RecorderFailure.self) {
            try cameras.add(CameraDraft(name: "Bad Name", url: "rtsp://127.0.0.1/3"))
        }
        #expect(named?.kind == .invalid && named?.field == "name")
        try cameras.remove("camera-1")
        try cameras.change("yard", CameraDraft(enabled: false, overrides: ["AUDIO": "off"]))
        let last = try editor.loader.load()
        #expect(last.cameras.map(\.enabled) == [false])
        #expect(last.cameras.map(\.recording.audio) == [.off])
    }
}
