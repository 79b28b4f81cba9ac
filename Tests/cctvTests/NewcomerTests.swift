import AVRemux
import Glibc
import Platform
import RTSP
import TestSupport
import Testing

@testable import cctv

/// What somebody meets who uses the program for the first time, and what must not surprise them.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(2)))
struct NewcomerTests {
    private let folder = TemporaryDirectory()

    private func run(
        _ arguments: String..., environment: [String: String] = [:]
    ) throws -> Program.Outcome {
        try Program.run(arguments, in: folder.path, environment: environment)
    }

    private func write(_ text: String, mode: mode_t = 0o600) throws {
        try Files.replace(folder.file("config.json"), with: Array(text.utf8), mode: mode)
    }

    private func credentials(_ text: String) throws -> [Credentials?] {
        let file = try SettingsFile(path: "config.json", text: Array(text.utf8))
        return try Settings(SettingsSources(file: file)).cameras.map(\.recording.credentials)
    }

    @Test func `clips of a camera that does not exist are an error that names those that do`()
        throws
    {
        try write(
            #"{"OUTPUT_FOLDER": ".", "CAMERAS": [{"NAME": "door", "RTSP_URL": "rtsp://h/1"}]}"#)
        let wrong = try run("clips", "--camera", "nope")
        #expect(wrong.status == EX_NOINPUT)
        #expect(wrong.errors.contains("no camera nope"), "\(wrong.errors)")
        #expect(wrong.errors.contains("door"))
        let right = try run("clips", "--camera", "door")
        #expect(right.status == 0 && right.output.contains("no clips"))
    }

    @Test func `a password that was left empty is none`() throws {
        #expect(try credentials(#"{"RTSP_URL": "rtsp://h/1", "PASSWORD": ""}"#) == [nil])
        #expect(
            try credentials(#"{"RTSP_URL": "rtsp://u:p@h/1", "USERNAME": "", "PASSWORD": ""}"#)
                == [Credentials(username: "u", password: Secret("p"))])
        #expect(
            try credentials(
                #"{"CAMERAS": [{"NAME": "a", "RTSP_URL": "rtsp://u:p@h/1", "PASSWORD": ""}]}"#)
                == [Credentials(username: "u", password: Secret("p"))])
        #expect(
            try credentials(#"{"RTSP_URL": "rtsp://h/1", "USERNAME": "admin", "PASSWORD": ""}"#)
                == [Credentials(username: "admin", password: Secret(""))],
            "some cameras have a user without a password")
    }

    @Test func `a file that all can read and that holds a password is warned of`() throws {
        let text = #"{"RTSP_URL": "rtsp://127.0.0.1:1/x", "USERNAME": "u", "PASSWORD": "canary"}"#
        try write(text, mode: 0o644)
        let open = try run("config", "check")
        #expect(open.status == 0)
        #expect(open.output.contains("can read the passwords in config.json"), "\(open.output)")
        #expect(!(open.output + open.errors).contains("canary"))
        #expect(chmod(folder.file("config.json"), 0o640) == 0)
        #expect(try !run("config", "check").output.contains("can read the passwords"))
        #expect(chmod(folder.file("config.json"), 0o644) == 0)
        try write(#"{"RTSP_URL": "rtsp://127.0.0.1:1/x", "PASSWORD": ""}"#)
        #expect(try !run("config", "check").output.contains("can read the passwords"))
    }

    @Test func `probe shows the password of the settings only to a camera of the settings`() throws
    {
        func aimed(at url: String, _ text: String, _ more: [String: String] = [:]) throws
            -> Credentials?
        {
            let file = try SettingsFile(path: "config.json", text: Array(text.utf8))
            var sources = SettingsSources(environment: more, file: file)
            sources.aim(at: url)
            return try Settings(sources).cameras.first?.recording.credentials
        }
        let one = #"{"RTSP_URL": "rtsp://door/1", "USERNAME": "u", "PASSWORD": "p"}"#
        let list = """
            {"PASSWORD": "top", "CAMERAS": [
             {"NAME": "a", "RTSP_URL": "rtsp://door/1", "USERNAME": "u", "PASSWORD": "p"}]}
            """
        let own = Credentials(username: "u", password: Secret("p"))
        for text in [one, list] {
            #expect(try aimed(at: "rtsp://door/other", text) == own)
            #expect(try aimed(at: "rtsp://elsewhere/1", text) == nil)
            #expect(try aimed(at: "rtsp://me:mine@elsewhere/1", text)?.username == "me")
            let given = ["CCTV_USERNAME": "e", "CCTV_PASSWORD": "x"]
            #expect(try aimed(at: "rtsp://elsewhere/1", text, given)?.username == "e")
        }
    }
}
