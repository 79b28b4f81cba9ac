import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

struct SettingsFileTests {
    private let folder = TemporaryDirectory()

    private func write(_ text: String, to name: String) throws -> String {
        let path = folder.file(name)
        try Files.replace(path, with: Array(text.utf8), mode: 0o640)
        return path
    }

    @Test func `changing a value leaves every other byte as it was`() throws {
        let text = "{\n\t\"B\" : 1,   \"VIDEO_CLIP_DURATION\":600 ,\n \"A\":[ 1,2 ]\n}\n"
        var file = try SettingsFile(path: folder.file("c"), text: Array(text.utf8))
        try file.set("VIDEO_CLIP_DURATION", to: 60)
        try file.save()
        let saved = String(decoding: try WholeFile.read(file.path), as: UTF8.self)
        #expect(saved == "{\n\t\"B\" : 1,   \"VIDEO_CLIP_DURATION\":60 ,\n \"A\":[ 1,2 ]\n}\n")
    }

    @Test(arguments: [
        ("{\n  \"A\": 1\n}\n", "{\n  \"A\": 1,\n  \"AUDIO\": \"off\"\n}\n"),
        ("{}", "{\n  \"AUDIO\": \"off\"\n}"), ("{\"A\":1}", "{\"A\":1,\"AUDIO\": \"off\"}"),
    ])
    func `a new key comes last, indented as its neighbour`(_ before: String, _ after: String) throws
    {
        var file = try SettingsFile(path: "c", text: Array(before.utf8))
        try file.set("AUDIO", to: "off")
        #expect(String(decoding: file.text, as: UTF8.self) == after)
    }

    @Test(arguments: SettingsKey.all.filter { $0.kind == .secret }.map(\.name))
    func `a settings file with any secret is saved for its owner alone`(key: String) throws {
        let folder = TemporaryDirectory()
        let path = folder.file("config.json")
        for (text, mode) in [("", mode_t(0o644)), ("canary", 0o600)] {
            let file = try SettingsFile(path: path, text: Array("{\"\(key)\": \"\(text)\"}".utf8))
            try Files.replace(path, with: [], mode: 0o644, keepingMode: false)
            try file.save()
            var facts = stat()
            #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == mode)
        }
    }

    @Test func `saving keeps the permissions and leaves no second file`() throws {
        let path = try write("{}", to: "config.json")
        #expect(chmod(path, 0o600) == 0)
        var file = try SettingsFile.load(path)
        try file.set("AUDIO", to: "off")
        try file.save()
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(folder.names() == ["config.json"])
    }

    @Test func `a save that fails leaves the old file whole`() throws {
        let path = try write("{}", to: "config.json")
        #expect(mkdir(path + ".new", 0o700) == 0)
        var file = try SettingsFile.load(path)
        try file.set("AUDIO", to: "off")
        #expect(throws: SystemError.self) { try file.save() }
        let kept = try WholeFile.read(path)
        #expect(kept == Array("{}".utf8))
    }

    @Test func `a file that was named must exist`() {
        let error = #expect(throws: SettingsError.self) {
            try SettingsFile.find(given: folder.file("none.json"), environment: [:])
        }
        #expect(error?.exitStatus == EX_NOINPUT)
        #expect(error?.description.contains("No such file") == true)
    }

    @Test func `the file is looked for here, then in the user's folder, then in /etc`() {
        #expect(
            SettingsFile.places(["XDG_CONFIG_HOME": "/x", "HOME": "/h"])
                == ["config.json", "/x/cctv/config.json", "/etc/cctv/config.json"])
        #expect(SettingsFile.places(["HOME": "/h"])[1] == "/h/.config/cctv/config.json")
        #expect(SettingsFile.places([:]) == ["config.json", "/etc/cctv/config.json"])
    }

    @Test func `a folder in the file's place is an error and no hang`() {
        let error = #expect(throws: SettingsError.self) { try SettingsFile.load(folder.path) }
        #expect(error?.exitStatus == EX_CONFIG)
    }
}
