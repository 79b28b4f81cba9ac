import Glibc
import ISOBMFF
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// A disk that goes away, turns read-only or breaks, and comes back.
struct TroubleTests {
    private let settings = ArchiveSettings(limits: .none, reserveStep: 1 << 16)

    /// A camera that appends a fragment a second and begins a clip when the last one was refused.
    private func record(_ rig: Rig, seconds: Int, _ fragments: [Fragment]) throws {
        var handle: ClipHandle?
        var next = 0
        for _ in 0..<seconds {
            if handle?.isOpen != true || next == fragments.count {
                if let handle { rig.end(handle) }
                handle = try rig.begin("yard")
                next = 0
            }
            if let handle { rig.append(fragments[next], to: handle) }
            next += 1
            rig.tick()
        }
        if let handle { rig.end(handle, .stopped) }
        rig.tick()
    }

    private func fragments() throws -> [Fragment] {
        var recipe = TestClip.Recipe()
        recipe.fragmentCount = 10
        return try TestClip(seed: 5, recipe).fragments
    }

    @Test func `a disk that is unmounted gets no more bytes and its place none at all`() throws {
        let disk = SimulatedDisk()
        let rig = Rig(disk: disk, settings: settings)
        try record(rig, seconds: 4, try fragments())
        let root = disk.state.withLock { image in
            let root = image.mounts[DiskImage.folder]
            image.mounts[DiskImage.folder] = image.addNode(isDirectory: true, device: 2)
            return root
        }
        try record(rig, seconds: 20, try fragments())
        #expect(rig.troubles == [.notMounted])
        #expect(disk.state.withLock { $0.files() } == [:], "the mount point stays empty")
        let before = rig.finals.count
        disk.state.withLock { $0.mounts[DiskImage.folder] = root }
        try record(rig, seconds: 20, try fragments())
        #expect(rig.hasComeBack)
        #expect(rig.finals.count > before)
        #expect(try Rig.findings(disk) == [])
    }

    @Test func `a disk that is absent at the start is told, waited for and then recorded to`()
        throws
    {
        let disk = SimulatedDisk()
        let uuid = try Volume.open(DiskImage.folder, disk: disk, clocks: ManualClocks()).identity
            .uuid
        let root = disk.state.withLock { image in
            let root = image.mounts[DiskImage.folder]
            image.mounts[DiskImage.folder] = image.addNode(isDirectory: true, device: 2)
            return root
        }
        let rig = Rig(disk: disk, settings: settings, absent: uuid)
        try record(rig, seconds: 20, try fragments())
        #expect(rig.troubles == [.notMounted])
        #expect(disk.state.withLock { $0.files() } == [:], "the mount point stays empty")
        disk.state.withLock { $0.mounts[DiskImage.folder] = root }
        try record(rig, seconds: 20, try fragments())
        #expect(rig.hasComeBack)
        #expect(!rig.finals.isEmpty)
        #expect(try Rig.findings(disk) == [])
    }

    @Test func `another disk in the place of ours is not written to`() throws {
        let disk = SimulatedDisk()
        let rig = Rig(disk: disk, settings: settings)
        try record(rig, seconds: 2, try fragments())
        disk.state.withLock { image in
            image.mounts["/ours"] = image.mounts[DiskImage.folder]
            image.mounts[DiskImage.folder] = image.addNode(isDirectory: true, device: 2)
        }
        _ = try Volume.open(DiskImage.folder, disk: disk, clocks: rig.clocks).identity
        try record(rig, seconds: 30, try fragments())
        #expect(rig.troubles == [.notMounted])
        #expect(!disk.state.withLock { $0.files() }.keys.contains { $0.hasSuffix(".mp4") })
    }

    @Test(arguments: [EROFS, EIO])
    func `a disk that takes no writes is probed and recording resumes by itself`(
        code: Int32
    ) throws {
        let disk = SimulatedDisk()
        let rig = Rig(disk: disk, settings: settings)
        try record(rig, seconds: 5, try fragments())
        let changes = ["pwrite", "fdatasync", "mkdirat", "ftruncate", "fallocate", "unlinkat"]
        disk.setFaults { changes.contains($0.name) ? .error(code) : nil }
        try record(rig, seconds: 10, try fragments())
        let attempts = disk.callCount
        try record(rig, seconds: 25, try fragments())
        #expect(disk.callCount - attempts < 100, "a broken disk is left alone between probes")
        #expect(rig.troubles.count == 1)
        disk.setFaults { _ in nil }
        try record(rig, seconds: 60, try fragments())
        #expect(rig.hasComeBack)
        rig.stop()
        #expect(try Rig.findings(disk) == [])
    }

    @Test func `clips that were damaged just before their disk came back count once`() throws {
        let disk = SimulatedDisk()
        let rig = Rig(disk: disk, settings: settings)
        rig.tick()
        let handles = try ["entrance", "hall", "yard"].map { try rig.begin($0) }
        let fragments = try fragments()
        for handle in handles { rig.append(fragments[0], to: handle) }
        rig.settle()
        disk.setFaults { $0.name == "pwrite" ? .error(EIO) : nil }
        for handle in handles {
            for fragment in fragments.dropFirst() { rig.append(fragment, to: handle) }
        }
        disk.setFaults { _ in nil }
        rig.clocks.advance(by: .seconds(6))
        // The look through the volume and the saving of the clips come across each other.
        rig.engine?.tick()
        rig.settle()
        #expect(rig.hasComeBack)
        #expect(rig.recovered.count == 3)
        let room = try #require(rig.engine?.room)
        #expect(room.ledger.count == 3)
        let files = disk.state.withLock { image in
            handles.compactMap(\.camera).reduce(0) { $0 + image.allocated(below: $1) }
        }
        #expect(room.ledger.bytes == files)
    }

    @Test func `one bad write makes a clip suspect, saves the rest of it and begins another`()
        throws
    {
        let disk = SimulatedDisk()
        let rig = Rig(disk: disk, settings: settings)
        rig.settle()
        let isBroken = Mutex(true)
        disk.setFaults { call in
            guard call.name == "fdatasync", call.path.hasSuffix(".mp4"), call.number > 60 else {
                return nil
            }
            return isBroken.withLock { broken in
                defer { broken = false }
                return broken ? .error(EIO) : nil
            }
        }
        try record(rig, seconds: 30, try fragments())
        let suspects = rig.events.filter { if case .clipSuspect = $0 { true } else { false } }
        #expect(suspects.count == 1)
        let saved = rig.events.filter {
            if case .clipRecovered(_, .finalized) = $0 { true } else { false }
        }
        #expect(saved.count == 1)
        #expect(rig.troubles == [])
        #expect(try Rig.findings(disk) == [])
    }
}
