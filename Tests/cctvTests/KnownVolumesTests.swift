import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

struct KnownVolumesTests {
    private let folder = TemporaryDirectory()

    @Test func `a volume is remembered by its whole path`() {
        let known = KnownVolumes(environment: ["XDG_STATE_HOME": folder.file("a/b")])
        #expect(known.uuid(in: "/srv/disk") == nil)
        known.store("one", in: "/srv/disk")
        known.store("two", in: "/srv/other")
        known.store("three", in: "/srv/disk")
        #expect(known.uuid(in: "/srv/disk") == "three" && known.uuid(in: "/srv/other") == "two")
        #expect(folder.names(in: "a/b/cctv") == ["volumes.json"])
    }

    @Test func `systemd's folder comes first, then the user's, and none is no error`() {
        #expect(
            KnownVolumes(environment: ["STATE_DIRECTORY": "/s", "HOME": "/h"]).path
                == "/s/volumes.json")
        #expect(
            KnownVolumes(environment: ["HOME": "/h"]).path == "/h/.local/state/cctv/volumes.json")
        let none = KnownVolumes(environment: [:])
        none.store("one", in: "/srv")
        #expect(none.uuid(in: "/srv") == nil)
    }

    @Test func `a folder of the system's disk is not remembered`() {
        let known = KnownVolumes(environment: ["XDG_STATE_HOME": folder.path])
        known.remember("one", in: "/")
        #expect(known.uuid(in: "/") == nil)
    }

    @Test func `an output folder whose disk is gone is waited for, and nothing is written there`()
        throws
    {
        let known = KnownVolumes(environment: ["XDG_STATE_HOME": folder.file("state")])
        known.store("00000000-0000-0000-0000-000000000000", in: folder.file("clips"))
        let program = try Program(
            ["--rtsp-url", "rtsp://127.0.0.1:1/", "--output-folder", folder.file("clips")],
            in: folder.path, environment: ["XDG_STATE_HOME": folder.file("state")])
        #expect(eventually { program.errors.contains("cctv volume adopt") })
        program.send(SIGTERM)
        #expect(program.wait().status == 0)
        #expect(folder.names() == ["state"])
    }

    @Test func `a mount point that was adopted without its disk is recorded to`() throws {
        let known = KnownVolumes(environment: ["XDG_STATE_HOME": folder.file("state")])
        known.store("00000000-0000-0000-0000-000000000000", in: folder.file("clips"))
        let adopted = try Program.run(
            ["volume", "adopt", folder.file("clips")], in: folder.path,
            environment: ["XDG_STATE_HOME": folder.file("state")])
        #expect(adopted.status == 0)
        #expect(known.uuid(in: folder.file("clips")) != "00000000-0000-0000-0000-000000000000")
    }
}
