import AVRemux
import Console
import Glibc
import Platform
import RTSP
import TestSupport
import Testing

@testable import cctv

/// Passwords that are kept beside the settings file.
struct SecretsFileTests {
    private let folder = TemporaryDirectory()
    private var settings: String { folder.file("config.json") }
    private var secrets: String { folder.file("secrets.json") }

    private func write(_ text: String, to path: String, mode: mode_t = 0o600) throws {
        try Files.replace(path, with: Array(text.utf8), mode: mode, keepingMode: false)
    }

    private func read(_ path: String) throws -> String {
        String(decoding: try WholeFile.read(path), as: UTF8.self)
    }

    private func mode(of path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    private func editor(
        _ settings: String, secrets: String? = nil, environment: [String: String] = [:]
    ) throws -> SettingsEditor {
        try write(settings, to: self.settings, mode: 0o640)
        if let secrets { try write(secrets, to: self.secrets) }
        return SettingsEditor(
            loader: SettingsLoader(
                fixed: SettingsSources(environment: environment), given: self.settings))
    }

    private func password(_ editor: SettingsEditor, of camera: Int = 0) throws -> String? {
        try editor.loader.load().cameras[camera].recording.credentials?.password.reveal()
    }

    @Test func `a password that the console sets is kept apart, and the settings can be shared`()
        throws
    {
        let editor = try editor("{\n  \"AUDIO\": \"off\"\n}\n")
        try CameraEditor(editor: editor).add(
            CameraDraft(name: "yard", url: "rtsp://viewer:canary%40@127.0.0.1:8554/x"))
        #expect(try !read(settings).contains("canary") && mode(of: settings) == 0o640)
        #expect(mode(of: secrets) == 0o600)
        #expect(
            try read(secrets) == """
                {
                  "CAMERAS": [
                    {"NAME": "yard", "PASSWORD": "canary@"}
                  ]
                }

                """)
        #expect(try password(editor) == "canary@")
        let document = SettingsView(loader: editor.loader, inForce: try editor.loader.load())
            .document
        #expect(document.cameras[0].hasPassword && !"\(document)".contains("canary"))
    }

    @Test(arguments: SettingsKey.top.filter { $0.kind == .secret }.map(\.name))
    func `every secret that is changed moves out of the settings, and can be removed`(
        name: String
    ) throws {
        let key = try #require(SettingsKey.top.first { $0.name == name })
        let editor = try editor("{\n  \"\(name)\": \"http://typed/\"\n}\n")
        try editor.change([name: "http://canary/"])
        #expect(try read(settings) == "{}\n")
        #expect(try read(secrets) == "{\n  \"\(name)\": \"http://canary/\"\n}\n")
        let raw = try editor.loader.sources().raw(key)
        #expect(raw?.origin == .secrets && "\(raw?.publicValue(of: key).text ?? "")" == "\"***\"")
        try editor.change([name: nil])
        #expect(try editor.loader.sources().raw(key)?.origin != .secrets)
        #expect(try read(secrets) == "{}\n")
    }

    @Test func `a password that a person typed wins over the one kept apart, and both are told`()
        throws
    {
        let list = #"{"NAME": "yard", "RTSP_URL": "rtsp://h/1", "PASSWORD": "typed"}"#
        let editor = try editor(
            #"{"CAMERAS": [\#(list)]}"#,
            secrets: #"{"CAMERAS": [{"NAME": "yard", "PASSWORD": "kept"}]}"#)
        #expect(try password(editor) == "typed")
        let warnings = try editor.loader.sources().warnings
        #expect(warnings.contains { $0.contains("config.json holds") }, "\(warnings)")
        try write(
            #"{"CAMERAS": [{"NAME": "yard", "RTSP_URL": "rtsp://u:typed@h/1"}]}"#, to: settings)
        #expect(try password(editor) == "typed")
        try write(
            #"{"CAMERAS": [\#(list.replacing("typed", with: ""))]}"#, to: settings)
        #expect(try password(editor) == "kept", "a key without a value is one that nobody set")
        #expect(try editor.loader.sources().warnings == [])
    }

    @Test(arguments: [
        #""RTSP_URL": "rtsp://h/1", "USERNAME": "viewer", "PASSWORD": "typed""#,
        #""RTSP_URL": "rtsp://viewer:typed@h/1""#,
    ])
    func `the console moves a password that it changes, wherever it stood`(place: String) throws {
        let listed = try editor(#"{"CAMERAS": [{"NAME": "yard", \#(place)}]}"#)
        try CameraEditor(editor: listed).change("yard", CameraDraft(password: "new"))
        #expect(try !read(settings).contains("typed") && password(listed) == "new")
        #expect(try listed.loader.load().cameras[0].recording.credentials?.username == "viewer")
        unlink(secrets)
        let short = try editor("{\(place)}")
        try CameraEditor(editor: short).change(
            Settings.shortFormName, CameraDraft(password: "new"))
        #expect(try !read(settings).contains("typed") && password(short) == "new")
        try CameraEditor(editor: short).add(CameraDraft(name: "gate", url: "rtsp://h/2"))
        #expect(try password(short) == "new" && password(short, of: 1) == nil)
        #expect(try read(secrets).contains(#"{"NAME": "camera-1", "PASSWORD": "new"}"#))
    }

    @Test func `a camera that is renamed keeps its password, and one that goes loses it`() throws {
        let editor = try editor(
            """
            {"CAMERAS": [{"NAME": "a", "RTSP_URL": "rtsp://h/1"},
             {"NAME": "b", "RTSP_URL": "rtsp://h/2"}]}
            """,
            secrets: """
                {"CAMERAS": [{"NAME": "a", "PASSWORD": "one"}, {"NAME": "b", "PASSWORD": "two"},
                 {"NAME": "c", "PASSWORD": "left behind"}]}
                """)
        let cameras = CameraEditor(editor: editor)
        try cameras.change("a", CameraDraft(name: "c"))
        #expect(try password(editor) == "one" && password(editor, of: 1) == "two")
        try cameras.remove("c")
        #expect(try read(secrets).contains("two") && !read(secrets).contains("one"))
        try cameras.change("b", CameraDraft(password: ""))
        #expect(try password(editor) == nil && !read(secrets).contains("\"b\""))
        try cameras.add(CameraDraft(name: "a", url: "rtsp://h/3"))
        #expect(try password(editor, of: 1) == nil, "another camera of a former one's name")
    }

    @Test(arguments: [0o640, 0o604, 0o620] as [mode_t])
    func `secrets that others can read stop the start, with what to do`(mode: mode_t) throws {
        try write(#"{"RTSP_URL": "rtsp://127.0.0.1:1/"}"#, to: settings)
        try write(#"{"PASSWORD": "canary"}"#, to: secrets, mode: mode)
        let outcome = try Program.run(
            ["record", "--config", settings, "--output-folder", folder.file("clips")],
            in: folder.path)
        #expect(outcome.status == EX_CONFIG)
        #expect(outcome.errors.contains("chmod 600 \(secrets)"), "\(outcome.errors)")
        #expect(!folder.names().contains("clips"))
    }

    @Test(arguments: [
        "{\"PASSWORD\": \"canary\"", #"{"PASSWORD": ["canary"]}"#, #"{"CAMERAS": ["canary"]}"#,
        #"{"CAMERAS": {"yard": "canary"}}"#, #"{"AUDIO": "canary"}"#, #"{"PASWORD": "canary"}"#,
        #"{"CAMERAS": [{"NAME": "yard", "MQTT_PASSWORD": "canary"}]}"#, #"["canary"]"#,
        #"{"canary": 1}"#, #"{"canary", 1}"#, "",
    ])
    func `damaged secrets are refused with their place, and nothing is lost or repeated`(
        text: String
    ) throws {
        let editor = try editor(#"{"RTSP_URL": "rtsp://h/1"}"#, secrets: text)
        let error = #expect(throws: SettingsError.self) { try editor.loader.load() }
        #expect(error?.description.hasPrefix(secrets) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("canary") == false)
        #expect(throws: RecorderFailure.self) { try editor.change(["WEBHOOK_SECRET": "new"]) }
        #expect(try read(secrets) == text)
    }

    @Test func `a save that fails leaves both files as they were`() throws {
        let (list, kept) = (#"{"PASSWORD": "typed"}"#, #"{"MQTT_PASSWORD": "kept"}"#)
        let editor = try editor(list, secrets: kept)
        #expect(mkdir(settings + ".new", 0o700) == 0)
        #expect(throws: RecorderFailure.self) { try editor.change(["PASSWORD": "new"]) }
        #expect(try read(settings) == list && read(secrets) == kept)
        #expect(unlink(secrets) == 0)
        #expect(throws: RecorderFailure.self) { try editor.change(["PASSWORD": "new"]) }
        #expect(!folder.names().contains("secrets.json"))
    }

    @Test func `a command keeps a password apart too`() throws {
        try write("{\n  \"PASSWORD\": \"typed\"\n}\n", to: settings)
        let outcome = try Program.run(
            ["config", "set", "PASSWORD", "canary", "--config", settings], in: folder.path)
        #expect(outcome.status == 0 && outcome.output.hasPrefix("\(secrets): PASSWORD is set"))
        #expect(try read(settings) == "{}\n" && read(secrets).contains("canary"))
        let shown = try Program.run(["config", "show", "--config", settings], in: folder.path)
        #expect(shown.output.contains("secrets file:  \(secrets)"))
        #expect(!shown.output.contains("canary"))
    }

    @Test func `the file's secrets are not for cameras that the environment calls the same`() throws
    {
        let editor = try editor(
            "{}", secrets: #"{"CAMERAS": [{"NAME": "yard", "PASSWORD": "canary"}]}"#,
            environment: ["CCTV_CAMERAS": #"[{"NAME": "yard", "RTSP_URL": "rtsp://other/1"}]"#])
        #expect(try password(editor) == nil)
    }

    @Test func `who may not read the secrets can ask for clips, and cannot record or change them`()
        throws
    {
        var sources = SettingsSources()
        sources.hiddenSecrets = SettingsError("not yours", exitStatus: EX_NOPERM)
        #expect(try Settings(sources).outputFolder == "./recordings")
        #expect(throws: SettingsError.self) { try SettingsLoader.settings(sources) }
        #expect(throws: SettingsError.self) { try SettingsDraft(sources, path: settings) }
    }

    @Test func `two settings files in one folder have secrets of their own`() {
        #expect(SecretsFile.path(beside: "/etc/cctv/config.json") == "/etc/cctv/secrets.json")
        #expect(SecretsFile.path(beside: "config.json") == "secrets.json")
        #expect(SecretsFile.path(beside: "a/yard.json") == "a/yard.secrets.json")
        #expect(SecretsFile.path(beside: "yard") == "yard.secrets.json")
    }
}
