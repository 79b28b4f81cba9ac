import Archive
import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

/// Commands reach a recorder that waits for its disk: the real program, on a folder that held a volume
/// and lacks its marker.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(2)))
struct MissingDiskTests {
    private let folder = TemporaryDirectory()
    private static let uuid = "11111111-2222-4333-8444-555555555555"
    private let ports: [String: UInt16]

    init() throws { ports = ["clips": try freePort(), "other": try freePort()] }

    private var environment: [String: String] { ["XDG_STATE_HOME": folder.file("state")] }

    private func arguments(_ name: String) -> [String] {
        [
            "--rtsp-url", "rtsp://127.0.0.1:1/", "--output-folder", folder.file(name),
            "--listen", "127.0.0.1:\(ports[name] ?? 0)",
        ]
    }

    /// A recorder whose disk is away.
    private func recorder(_ name: String = "clips") throws -> Program {
        let known = KnownVolumes(environment: environment)
        known.store(Self.uuid, in: folder.file(name))
        let program = try Program(arguments(name), in: folder.path, environment: environment)
        #expect(eventually { (try? ask("status", name).status) == 0 }, "\(program.errors)")
        return program
    }

    private func ask(
        _ command: String, _ name: String = "clips", _ more: String...
    ) throws -> Program.Outcome {
        try Program.run(
            [command] + more + arguments(name), in: folder.path, environment: environment)
    }

    private func json(_ name: String = "clips") throws -> JSON {
        try JSONReader.read(Array(try ask("status", name, "--json").output.utf8))
    }

    private func sockets() -> [String] {
        folder.names(in: "state/cctv/waiting").filter { $0.hasSuffix(".sock") }
    }

    private func end(_ programs: Program...) {
        for program in programs {
            program.send(SIGTERM)
            #expect(program.wait(atMost: .seconds(8)).status == 0)
        }
    }

    @Test func `status says that the disk is missing, since when and what to do`() throws {
        let program = try recorder()
        let text = try ask("status").output
        #expect(
            text.hasPrefix("waiting for the disk of \(folder.file("clips")) (process"), "\(text)")
        #expect(text.contains("the folder's disk is unmounted") && text.contains("mount it"))
        #expect(text.contains("(since \(LocalTimestamp(SystemClocks().wall).day) "), "\(text)")
        #expect(text.split(separator: "mount it").count == 2, "once, not for every camera: \(text)")
        let volume = try json()["volume"]
        #expect(volume?["code"]?.string == "unmounted" && volume?["since"]?.string != nil)
        #expect(try ask("stop").status == 0)
        #expect(try json()["recording"]?.text == "false")
        #expect(try ask("start").status == 0)
        #expect(try json()["recording"]?.text == "true")
        #expect(try ask("reload").status == 0)
        #expect(try ask("gui").output.contains("/setup#token="))
        var status = stat()
        let name = try #require(sockets().first)
        #expect(stat(folder.file("state/cctv/waiting/\(name)"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(stat(folder.file("state/cctv/waiting"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        end(program)
        #expect(sockets() == [])
        #expect(try ask("status").status == EX_UNAVAILABLE)
        #expect(folder.names() == ["state"], "not a byte in the disk's place")
    }

    @Test(arguments: [
        ["clips"], ["coverage"], ["protect", "--from", "now"], ["index", "rebuild"],
    ])
    func `a command that looks into the folder says that its disk is missing, and touches nothing`(
        command: [String]
    ) throws {
        KnownVolumes(environment: environment).store(Self.uuid, in: folder.file("clips"))
        #expect(mkdir(folder.file("clips"), 0o755) == 0)
        let outcome = try Program.run(
            command + ["--output-folder", folder.file("clips")], in: folder.path,
            environment: environment)
        #expect(outcome.status == EX_NOINPUT)
        #expect(outcome.errors.contains("its disk is probably not mounted"), "\(outcome.errors)")
        #expect(folder.names(in: "clips") == [])
    }

    /// What mounting the disk would do.
    private func bringDisk() throws {
        try Files.makeFolders(folder.file("clips/.cctv"))
        let marker = #"{"uuid":"\#(Self.uuid)","created":""}"#
        try Files.replace(
            folder.file("clips/.cctv/volume.json"), with: Array(marker.utf8), mode: 0o644)
    }

    @Test(arguments: [SIGTERM, SIGKILL])
    func `a recorder that ends before the disk comes leaves the cause to the next one`(
        signal: Int32
    ) throws {
        let first = try recorder()
        let place = try #require(sockets().first).replacing(".sock", with: "")
        let aside = LedgerFile(folder: folder.file("state/cctv/waiting/\(place)"))
        func isDone() -> Bool {
            let rows = GapHistory((try? aside.read().entries) ?? []).rows(of: "camera")
            guard let last = rows.last, let beat = try? aside.heartbeat() else { return false }
            return last.state == .gap(.diskMissing) && beat.wall > last.start
        }
        #expect(eventually(isDone))
        first.send(signal)
        _ = first.wait(atMost: .seconds(8))
        try bringDisk()
        let next = try Program(arguments("clips"), in: folder.path, environment: environment)
        let ledger = LedgerFile(folder: folder.file("clips"))
        #expect(
            eventually {
                let entries = (try? ledger.read().entries) ?? []
                let states = GapHistory(entries).rows(of: "camera").map(\.state)
                return states.starts(with: [.gap(.diskMissing), .gap(.recorderNotRunning)])
            })
        #expect(eventually { (try? aside.read().entries) == [] }, "what is told is not told twice")
        end(next)
    }

    @Test func `the socket goes to the volume when its disk is there`() throws {
        let program = try recorder()
        try bringDisk()
        #expect(
            eventually(within: .seconds(15)) {
                folder.names(in: "clips/.cctv").contains("control.sock") && sockets() == []
            })
        #expect(try ask("status").output.hasPrefix("recording to"))
        end(program)
    }

    @Test func `one recorder waits for a folder, and another folder's beside it`() throws {
        let first = try recorder()
        let other = try recorder("other")
        #expect(try json("other")["output_folder"]?.string == folder.file("other"))
        #expect(try json()["pid"]?.text == "\(first.number)")
        let second = try Program(
            arguments("clips"), in: folder.path, environment: environment
        ).wait(atMost: .seconds(8))
        #expect(second.status == EX_TEMPFAIL)
        #expect(second.errors.contains("process \(first.number)"), "\(second.errors)")
        #expect(try json()["pid"]?.text == "\(first.number)", "the first goes on")
        end(first, other)
    }

    @Test
    func `the socket of one that was killed is not believed, and the next one takes its place`()
        throws
    {
        let killed = try recorder()
        killed.send(SIGKILL)
        _ = killed.wait()
        #expect(sockets().count == 1)
        let outcome = try ask("status")
        #expect(outcome.status == EX_UNAVAILABLE)
        #expect(outcome.errors.contains("no cctv records to"), "\(outcome.errors)")
        let next = try recorder()
        #expect(try json()["pid"]?.text == "\(next.number)")
        end(next)
    }

    @Test func `a command looks in its user's state folder and in the service's`() {
        let own = ["XDG_STATE_HOME": "/state"]
        let found = WaitingPlace.sockets(of: "/srv/a", environment: own)
        #expect(found.count == 2 && found[0].hasPrefix("/state/cctv/waiting/"))
        #expect(found[1].hasPrefix("/var/lib/cctv/waiting/"))
        #expect(found != WaitingPlace.sockets(of: "/srv/b", environment: own))
        let service = WaitingPlace.sockets(
            of: "/srv/a", environment: ["STATE_DIRECTORY": "/var/lib/cctv"])
        #expect(service == [found[1]])
    }
}
