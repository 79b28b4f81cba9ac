import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

/// The unit that `cctv service install` writes is the package's, in another place.
@Suite(.ownThread, .timeLimit(.minutes(2)))
struct ServiceUnitTests {
    private let folder = TemporaryDirectory()

    @Test func `in the package's place it is the package's unit`() throws {
        let unit = ServiceUnit.system(
            program: "/usr/bin/cctv", settings: "/etc/cctv/config.json",
            recordings: "/var/lib/cctv/recordings")
        #expect(unit == .packaged)
        #expect(unit.values(of: "Restart") == ["always"])
        #expect(unit.values(of: "RestartPreventExitStatus") == ["64 78"])
        #expect(unit.text.hasSuffix("WantedBy=multi-user.target\n"))
    }

    @Test func `recordings on another disk may be written, and are waited for`() {
        let unit = ServiceUnit.system(
            program: "/usr/local/bin/cctv", settings: "/etc/cctv/config.json",
            recordings: "/srv/my clips")
        #expect(unit.values(of: "RequiresMountsFor") == [#""/srv/my clips""#])
        #expect(unit.values(of: "ReadWritePaths") == [#"/etc/cctv "/srv/my clips""#])
        #expect(
            unit.values(of: "ExecStart")
                == ["/usr/local/bin/cctv record --config /etc/cctv/config.json"])
    }

    @Test func `a path is never read as anything but a path`() {
        let unit = ServiceUnit.user(program: #"/opt/a "b"/50%/$x/cctv"#, settings: "/h/c.json")
        #expect(
            unit.values(of: "ExecStart")
                == [#""/opt/a \"b\"/50%%/$$x/cctv" record --config /h/c.json"#])
    }

    @Test func `a person's service asks for nothing that only root's manager can give`() {
        let unit = ServiceUnit.user(program: "/p/cctv", settings: "/h/c.json")
        for name in ["User", "CapabilityBoundingSet", "ProtectSystem", "StateDirectory", "After"] {
            #expect(unit.values(of: name) == [], "\(name)")
        }
        #expect(unit.values(of: "NoNewPrivileges") == ["yes"])
        #expect(unit.values(of: "WatchdogSec") == ["30"])
        #expect(unit.values(of: "WantedBy") == ["default.target"])
    }

    @Test func `it is printed, written once, found again and removed`() throws {
        let home = folder.file("home")
        func run(_ words: String...) throws -> Program.Outcome {
            try Program.run(
                ["service"] + words + ["--user"], in: folder.path, environment: ["HOME": home])
        }
        let unit = home + "/.config/systemd/user/cctv.service"
        let printed = try run("install", "--print")
        #expect(printed.output.contains("record --config \(home)/.config/cctv/config.json"))
        #expect(access(home, F_OK) != 0, "printing writes nothing")

        let installed = try run("install")
        #expect(installed.status == 0, "\(installed.errors)")
        #expect(String(decoding: try WholeFile.read(unit), as: UTF8.self) == printed.output)
        let settings = home + "/.config/cctv/config.json"
        let text = String(decoding: try WholeFile.read(settings), as: UTF8.self)
        #expect(text.contains("\"OUTPUT_FOLDER\": \"\(home)/recordings\""))
        #expect(
            try !run("install").output.contains("wrote"), "the second time nothing is left to do")

        let removed = try run("uninstall")
        #expect(removed.status == 0 && removed.output.contains("removed \(unit)"))
        #expect(access(unit, F_OK) != 0)
        #expect(access(settings, F_OK) == 0, "settings stay")
        #expect(try run("uninstall").output.contains("no service is installed"))
    }
}
