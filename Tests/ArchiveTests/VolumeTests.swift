import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Archive

struct VolumeTests {
    @Test func `a new folder becomes a volume and keeps its identity`() throws {
        let directory = TemporaryDirectory()
        let folder = directory.file("a/b/recordings")
        let first = try Volume.open(folder).identity
        let again = try Volume.open(folder, expecting: first.uuid)
        #expect(again.identity.uuid == first.uuid)
        #expect(directory.names(in: "a/b/recordings/.cctv") == ["lock", "volume.json"])
    }

    @Test func `a second recorder is told who has the folder`() throws {
        let directory = TemporaryDirectory()
        let clocks = ManualClocks()
        let first = try Volume.open(directory.path, clocks: clocks)
        let error = #expect(throws: VolumeError.self) { try Volume.open(directory.path) }
        #expect(
            error
                == .alreadyRunning(folder: directory.path, pid: getpid(), since: clocks.wall))
        #expect(first.isMounted())
    }

    @Test func `the folder is free again when its recorder lets go`() throws {
        let directory = TemporaryDirectory()
        let uuid = try Volume.open(directory.path).identity.uuid
        #expect(try Volume.open(directory.path).identity.uuid == uuid)
    }

    @Test func `a known volume without its marker is refused and nothing is written`() throws {
        let directory = TemporaryDirectory()
        let error = #expect(throws: VolumeError.self) {
            try Volume.open(directory.path, expecting: "4F1A")
        }
        #expect(error == .notMounted(folder: directory.path))
        #expect(directory.names() == [])
        #expect("\(error as Any)".contains("cctv volume adopt"))
    }

    @Test func `a known volume whose folder is gone is refused and not made`() {
        let directory = TemporaryDirectory()
        let folder = directory.file("mnt")
        #expect(throws: VolumeError.notMounted(folder: folder)) {
            try Volume.open(folder, expecting: "4F1A")
        }
        #expect(directory.names() == [])
    }

    @Test func `another disk in the place of a known one is refused`() throws {
        let directory = TemporaryDirectory()
        let found = try Volume.open(directory.path).identity.uuid
        #expect(
            throws: VolumeError.otherVolume(
                folder: directory.path, expected: "4F1A", found: found)
        ) { try Volume.open(directory.path, expecting: "4F1A") }
    }

    @Test func `a damaged marker is refused until it is adopted`() throws {
        let directory = TemporaryDirectory()
        _ = try Volume.open(directory.path).identity
        let file = try OwnedDescriptor.open(
            directory.file(".cctv/volume.json"), O_WRONLY | O_TRUNC)
        #expect(write(file.number, "{\"uuid\":", 8) == 8)
        #expect(throws: VolumeError.damagedMarker(folder: directory.path)) {
            try Volume.open(directory.path)
        }
        let adopted = try Volume.adopt(directory.path)
        #expect(try Volume.open(directory.path, expecting: adopted.uuid).identity == adopted)
    }

    @Test func `adopting a whole volume changes nothing`() throws {
        let directory = TemporaryDirectory()
        let identity = try Volume.open(directory.path).identity
        #expect(try Volume.adopt(directory.path).uuid == identity.uuid)
    }

    @Test func `a folder that is swapped under a recorder is noticed`() throws {
        let directory = TemporaryDirectory()
        let folder = directory.file("disk")
        let volume = try Volume.open(folder)
        #expect(volume.isMounted())
        #expect(rename(folder, directory.file("elsewhere")) == 0)
        #expect(!volume.isMounted())
        #expect(mkdir(folder, 0o755) == 0)
        #expect(!volume.isMounted())
    }

    @Test func `a folder that is closed to the recorder keeps nobody from recording`() throws {
        let directory = TemporaryDirectory()
        for name in ["lost+found", "2025-02-23"] { mkdir(directory.file(name), 0o755) }
        let disk = FailingDisk(at: 1, code: EACCES)
        let walk = ClipWalk(disk: disk, root: try disk.openDirectory(directory.path))
        #expect(try walk.days() == ["2025-02-23"])
        #expect(disk.hasFailed)
    }
}
