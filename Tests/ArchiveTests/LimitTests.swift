import Glibc
import ISOBMFF
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// Limits and troubles of a whole volume, played on a simulated disk.
struct LimitTests {
    private static let limit: Int64 = 1 << 20

    private func settings(_ limits: RetentionLimits) -> ArchiveSettings {
        ArchiveSettings(limits: limits, reserveStep: 1 << 16)
    }

    private func fragments(_ count: Int) throws -> [Fragment] {
        var recipe = TestClip.Recipe()
        recipe.fragmentCount = count
        recipe.largestSample = 3000
        return try TestClip(seed: 9, recipe).fragments
    }

    /// Records clips of one second each, round and round the cameras.
    private func record(_ rig: Rig, _ fragments: [Fragment], clips: Int) throws {
        for number in 0..<clips {
            let handle = try rig.begin(["entrance", "yard", nil][number % 3])
            for fragment in fragments { rig.append(fragment, to: handle) }
            rig.end(handle)
            rig.tick()
        }
    }

    @Test func `the folder never passes its limit at any call`() throws {
        let disk = SimulatedDisk()
        let rig = Rig(disk: disk, settings: settings(RetentionLimits(maximumBytes: Self.limit)))
        let peak = Mutex(0)
        disk.watchUse { used in peak.withLock { $0 = max($0, used) } }
        try record(rig, try fragments(6), clips: 60)
        #expect(peak.withLock { $0 } <= Self.limit)
        #expect(peak.withLock { $0 } > Self.limit * 3 / 4, "the room is used")
        let deleted = rig.deletions
        #expect(deleted.count > 20)
        #expect(deleted.allSatisfy { $0.reason == .folderLimit })
        #expect(rig.finals.map(\.path).starts(with: deleted.map(\.path)), "oldest first")
        #expect(try Rig.findings(disk) == [])
    }

    @Test func `as much stays free as was asked for, whoever fills the volume`() throws {
        let image = DiskImage(capacity: 2 << 20)
        let disk = SimulatedDisk(image)
        let rig = Rig(
            disk: disk,
            settings: settings(RetentionLimits(maximumBytes: nil, minimumFree: 1 << 20)))
        let least = Mutex(Int.max)
        disk.watchUse { used in least.withLock { $0 = min($0, (2 << 20) - used) } }
        try record(rig, try fragments(6), clips: 40)
        #expect(least.withLock { $0 } >= 1 << 20)
        #expect(rig.deletions.allSatisfy { $0.reason == .freeSpace })
        #expect(rig.finals.count == 40)
    }

    @Test func `a volume that is full although its limit says otherwise goes on recording`() throws
    {
        let disk = SimulatedDisk(DiskImage(capacity: 1 << 20))
        let rig = Rig(disk: disk, settings: settings(.none))
        try record(rig, try fragments(6), clips: 40)
        #expect(rig.finals.count >= 39)
        #expect(try Rig.findings(disk) == [])
    }

    @Test func `a limit too small for one clip is said once and recording resumes when raised`()
        throws
    {
        let disk = SimulatedDisk()
        let rig = Rig(disk: disk, settings: settings(RetentionLimits(maximumBytes: 40_000)))
        try record(rig, try fragments(2), clips: 5)
        #expect(rig.finals.isEmpty)
        #expect(rig.troubles == [.full])
        rig.engine?.perform(.limits(.none))
        try record(rig, try fragments(2), clips: 2)
        #expect(rig.finals.count == 2)
        #expect(rig.hasComeBack)
    }

    @Test func `long clips under a small limit end in time, and nobody calls the disk full`() throws
    {
        // Twice what the clips of three cameras take ahead, and what is no clip's.
        let limit: Int64 = 3 * 2 * (1 << 16) + (32 << 10)
        let disk = SimulatedDisk()
        let rig = Rig(disk: disk, settings: settings(RetentionLimits(maximumBytes: limit)))
        let peak = Mutex(0)
        disk.watchUse { used in peak.withLock { $0 = max($0, used) } }
        let fragments = try fragments(60)
        var clips: [String: (handle: ClipHandle, next: Int)] = [:]
        var lost = 0
        for _ in 0..<300 {
            for camera in ["barn", "entrance", "yard"] {
                if let clip = clips[camera], clip.handle.shouldEnd || clip.next == fragments.count {
                    rig.end(clip.handle, .sizeLimit)
                    clips[camera] = nil
                }
                let clip = try clips[camera] ?? (try rig.begin(camera), 0)
                let isTaken = rig.offer(fragments[clip.next], to: clip.handle)
                clips[camera] = isTaken ? (clip.handle, clip.next + 1) : nil
                if !isTaken { lost += 1 }
            }
            rig.tick()
        }
        rig.stop()
        #expect(lost == 0)
        #expect(rig.troubles == [])
        #expect(peak.withLock { $0 } <= limit)
        #expect(rig.opened.count == rig.finals.count && rig.finals.count > 30)
        #expect(try Rig.findings(disk) == [])
    }

    @Test func `old clips and their day's folder go by age, today's folder stays`() throws {
        let disk = SimulatedDisk()
        let limits = RetentionLimits(maximumBytes: nil, maximumAge: .seconds(86_400))
        let rig = Rig(disk: disk, settings: settings(limits))
        try record(rig, try fragments(1), clips: 3)
        rig.tick(.seconds(2 * 86_400))
        #expect(rig.deletions.map(\.reason) == [.age, .age, .age])
        #expect(rig.folders == ["entrance", "yard"])
        try record(rig, try fragments(1), clips: 1)
        #expect(rig.folders.count == 3)
    }

    @Test func `a clock that nobody vouches for deletes nothing by age`() throws {
        let disk = SimulatedDisk()
        let limits = RetentionLimits(maximumBytes: nil, maximumAge: .seconds(86_400))
        let rig = Rig(disk: disk, settings: settings(limits))
        try record(rig, try fragments(1), clips: 3)
        rig.clocks.step(by: .seconds(10 * 365 * 86_400))
        rig.tick(.seconds(60), clockTrusted: false)
        #expect(rig.deletions.isEmpty)
        rig.tick(.seconds(60))
        #expect(rig.deletions.count == 3)
    }

    @Test func `a clip that cannot be deleted costs others, not the limit`() throws {
        let disk = SimulatedDisk()
        let rig = Rig(disk: disk, settings: settings(RetentionLimits(maximumBytes: Self.limit)))
        let first = Mutex<String?>(nil)
        disk.setFaults { call in
            guard call.name == "unlinkat", call.path.hasSuffix(".mp4") else { return nil }
            let path = first.withLock { first in
                first = first ?? call.path
                return first
            }
            return path == call.path ? .error(EACCES) : nil
        }
        let peak = Mutex(0)
        disk.watchUse { used in peak.withLock { $0 = max($0, used) } }
        try record(rig, try fragments(6), clips: 40)
        #expect(peak.withLock { $0 } <= Self.limit)
        #expect(rig.finals.count == 40)
        let failures = rig.events.filter { if case .deletionFailed = $0 { true } else { false } }
        #expect(failures.count == 1)
    }

    @Test
    func `a camera never takes more than its own limit, at any call, and others lose nothing`()
        throws
    {
        let own: Int64 = 400_000
        let disk = SimulatedDisk()
        let rig = Rig(
            disk: disk,
            settings: settings(
                RetentionLimits(
                    maximumBytes: nil, cameras: ["yard": CameraLimits(maximumBytes: own)])))
        let peak = Mutex(0)
        let fragments = try fragments(6)
        for number in 0..<40 {
            let handle = try rig.begin(["entrance", "yard"][number % 2])
            for fragment in fragments {
                rig.append(fragment, to: handle)
                let taken = disk.state.withLock { $0.allocated(below: "yard") }
                peak.withLock { $0 = max($0, taken) }
            }
            rig.end(handle)
            rig.tick()
        }
        #expect(peak.withLock { $0 } <= own)
        #expect(peak.withLock { $0 } > own / 2, "the room is used")
        #expect(rig.deletions.count > 5)
        #expect(rig.deletions.allSatisfy { $0.reason == .cameraLimit })
        let yard = rig.finals.map(\.path).filter { $0.hasPrefix("yard") }
        #expect(yard.starts(with: rig.deletions.map(\.path)), "oldest first, its own only")
        #expect(rig.finals.count == 40 && rig.troubles.isEmpty)
        #expect(try Rig.findings(disk) == [])
    }

    @Test
    func `a camera whose limit is all protected stops no other and resumes when it is lifted`()
        throws
    {
        let disk = SimulatedDisk()
        let rig = Rig(
            disk: disk,
            settings: settings(
                RetentionLimits(
                    maximumBytes: nil, cameras: ["yard": CameraLimits(maximumBytes: 400_000)])))
        let list = ProtectionList(disk: disk, root: try disk.openDirectory(DiskImage.folder))
        let now = rig.clocks.wall
        let protection = try list.add(camera: "yard", range: now..<(now + .seconds(900)), note: "")
        try record(rig, try fragments(6), clips: 30)
        #expect(rig.troubles.isEmpty, "the volume is well")
        #expect(rig.finals.filter { $0.camera == "entrance" }.count == 10)
        let before = rig.finals.filter { $0.camera == "yard" }.count
        #expect(before < 10)
        let refusals = rig.events.filter {
            if case .clipRefused("yard", .cameraFull("yard")) = $0 { true } else { false }
        }
        #expect(!refusals.isEmpty)
        #expect(try list.remove(protection.number))
        try record(rig, try fragments(6), clips: 30)
        #expect(rig.finals.filter { $0.camera == "yard" }.count == before + 10)
    }

    @Test func `a person's file under the name of a clip that the index knows is not deleted`()
        throws
    {
        let disk = SimulatedDisk()
        let first = Rig(disk: disk, settings: settings(.none))
        try record(first, try fragments(6), clips: 30)
        first.stop()
        let known = try VolumeScan(
            try #require(first.engine?.room?.volume)
        ).final.reduce(into: [:]) { $0[$1.path] = $1 }
        let paths = first.finals.map(\.path)
        let after = SimulatedDisk(disk.state.withLock { $0.afterKill() })
        let letter = Array("a film of a person".utf8)
        try after.overwrite(paths[0], letter)
        let other = try #require(after.state.withLock { $0.files()[paths[29]] })
        try after.overwrite(paths[1], other)
        let rig = Rig(
            disk: after, settings: settings(.none), known: known)
        try after.overwrite(paths[2], nil)
        rig.engine?.perform(.limits(RetentionLimits(maximumBytes: Self.limit)))
        rig.tick()
        #expect(after.state.withLock { $0.files()[paths[0]] } == letter)
        #expect(after.state.withLock { $0.used } <= Self.limit)
        #expect(rig.deletions.map(\.path).contains(paths[3]))
        let odd = rig.events.compactMap { event -> String? in
            switch event {
            case .clipReplaced(let path, _, let isOurs): "\(path) \(isOurs)"
            case .clipMissing(let path, _): path
            default: nil
            }
        }
        #expect(odd == ["\(paths[0]) false", "\(paths[1]) true", paths[2]])
        // It holds a younger clip than its name says, and goes when that one's turn has come.
        #expect(!rig.deletions.map(\.path).contains(paths[1]))
    }

    @Test func `the folder does not pass its limit while the gap ledger is written anew`() throws {
        let limit: Int64 = 2 << 20
        let disk = SimulatedDisk()
        let rig = Rig(disk: disk, settings: settings(RetentionLimits(maximumBytes: limit)))
        let ledger = LedgerFile(
            folder: DiskImage.folder, volume: rig.engine?.room?.volume.identity.uuid, disk: disk)
        let now = Instant(rig.clocks)
        let lines = (0..<5000).map { number in
            LedgerEntry(
                at: number < 1500 ? now + .seconds(-30 * 86_400) : now,
                .loss(camera: "yard", packets: number, frames: 0))
        }
        try ledger.append(lines, isSafe: true)
        let peak = Mutex(0)
        disk.watchUse { used in peak.withLock { $0 = max($0, used) } }
        try record(rig, try fragments(6), clips: 60)
        try ledger.prune(now: rig.clocks.wall)
        #expect(try ledger.read().entries.count == 3500)
        #expect(peak.withLock { $0 } <= limit)
        #expect(rig.deletions.count > 10, "the room is used")
    }

    @Test func `after a restart the limit holds with the clips that were there`() throws {
        let disk = SimulatedDisk()
        try record(
            Rig(disk: disk, settings: settings(.none)), try fragments(6), clips: 30)
        let after = SimulatedDisk(disk.state.withLock { $0.afterKill() })
        #expect(after.state.withLock { $0.used } > Self.limit)
        let rig = Rig(disk: after, settings: settings(RetentionLimits(maximumBytes: Self.limit)))
        rig.tick()
        #expect(after.state.withLock { $0.used } <= Self.limit)
        #expect(rig.deletions.first?.path == "entrance/2025-02-23/2025-02-23_09-00-00.mp4")
    }
}
