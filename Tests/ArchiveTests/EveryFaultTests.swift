import Glibc
import ISOBMFF
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// A short day of two cameras, in which something goes wrong at every call in turn.
@Suite(.ownThread, .timeLimit(.minutes(5)))
struct EveryFaultTests {
    private static let settings = ArchiveSettings(limits: .none, reserveStep: 1 << 16)

    /// Two cameras, three clips.
    private func day(_ rig: Rig, _ clip: TestClip) throws {
        rig.settle()
        let first = try rig.begin("entrance")
        var second = try rig.begin("yard")
        for (index, fragment) in clip.fragments.enumerated() {
            if index == 2 {
                rig.end(second)
                second = try rig.begin("yard")
            }
            rig.append(fragment, to: first)
            rig.append(clip.fragments[index % 2], to: second)
            rig.tick()
        }
        rig.end(first)
        rig.end(second)
        rig.tick()
        rig.stop()
        #expect(first.gauge.bytes == 0 && second.gauge.bytes == 0)
    }

    /// Restarts the machine and checks that every clip is whole and final.
    @discardableResult
    private func restart(_ crashed: SimulatedDisk, _ what: String) throws -> SimulatedDisk {
        let disk = SimulatedDisk(crashed.state.withLock { $0.afterKill() })
        let rig = Rig(disk: disk, settings: Self.settings)
        #expect(rig.refusal == nil, "\(what)")
        rig.tick()
        rig.stop()
        // Only what was never synced may be beyond recovery.
        let safe = crashed.state.withLock { $0.safeSizes }
        let findings = try Rig.findings(disk, upTo: safe)
        #expect(findings == [], "\(what)")
        let strange = disk.state.withLock { $0.files() }.keys.filter {
            $0.hasSuffix(".quarantined") && safe["\($0.dropLast(".quarantined".count))"] != nil
        }
        #expect(strange == [], "\(what)")
        return disk
    }

    private func calls() throws -> (count: Int, payload: UInt64) {
        let disk = SimulatedDisk()
        try day(Rig(disk: disk, settings: Self.settings), try TestClip(seed: 1))
        #expect(try Rig.findings(disk) == [])
        return (disk.callCount, try Rig.payload(disk))
    }

    @Test(arguments: [EIO, ENOSPC, EROFS, EACCES])
    func `one failed call leaves every clip whole`(code: Int32) throws {
        let clip = try TestClip(seed: 1)
        let (count, _) = try calls()
        for number in 1...count {
            let disk = SimulatedDisk { $0.number == number ? .error(code) : nil }
            let rig = Rig(disk: disk, settings: Self.settings)
            if rig.engine != nil { try day(rig, clip) }
            try restart(disk, "\(SystemError.reason(of: code)) at call \(number)")
        }
    }

    @Test(arguments: [EIO, ENOSPC])
    func `a write that is torn and fails leaves every clip whole`(code: Int32) throws {
        let clip = try TestClip(seed: 1)
        let (count, _) = try calls()
        for number in 1...count {
            let disk = SimulatedDisk { $0.number == number ? .torn(code) : nil }
            let rig = Rig(disk: disk, settings: Self.settings)
            if rig.engine != nil { try day(rig, clip) }
            try restart(disk, "torn write at call \(number)")
        }
    }

    @Test func `a short write loses nothing`() throws {
        let clip = try TestClip(seed: 1)
        let (count, payload) = try calls()
        for number in 1...count {
            let disk = SimulatedDisk { $0.number == number ? .short : nil }
            let rig = Rig(disk: disk, settings: Self.settings)
            try day(rig, clip)
            // Only a header of eight bytes must go in one piece or count as damage.
            let after = try restart(disk, "short write at call \(number)")
            #expect(try Rig.payload(after) == payload, "short write at call \(number)")
        }
    }

    @Test(arguments: [EIO, ENOSPC, EROFS])
    func `a disk that fails from some call on leaves what it took`(code: Int32) throws {
        let clip = try TestClip(seed: 1)
        let (count, _) = try calls()
        for number in 1...count {
            let disk = SimulatedDisk { call in
                let changes = ["pwrite", "fdatasync", "fsync", "mkdirat", "fallocate", "ftruncate"]
                return call.number >= number && changes.contains(call.name) ? .error(code) : nil
            }
            let rig = Rig(disk: disk, settings: Self.settings)
            if rig.engine != nil { try day(rig, clip) }
            try restart(disk, "\(SystemError.reason(of: code)) from call \(number) on")
        }
    }

    @Test(arguments: 1...4)
    func `power cut at any call loses at most what was not synced`(seed: UInt64) throws {
        let clip = try TestClip(seed: 1)
        var random = SeededGenerator(seed: seed)
        let (count, _) = try calls()
        for number in 1...count {
            let disk = SimulatedDisk { $0.number == number ? .powerCut : nil }
            let rig = Rig(disk: disk, settings: Self.settings)
            if rig.engine != nil { try day(rig, clip) }
            let image = disk.state.withLock { $0.afterPowerCut(using: &random) }
            #expect(
                try Rig.falseFinals(in: image) == [], "power cut at call \(number), seed \(seed)")
            let after = try restart(
                SimulatedDisk(image), "power cut at call \(number), seed \(seed)")
            for (path, size) in image.safeSizes where path.hasSuffix(".mp4") {
                let bytes = after.state.withLock { $0.files()[path] ?? [] }
                let kept = try ClipVerification(of: MemoryBytes(bytes)).tables?.fragmentCount ?? 0
                #expect(
                    kept >= min(clip.fragmentCount(within: size), path.hasPrefix("yard") ? 2 : 4),
                    "\(path) of call \(number), seed \(seed)")
            }
        }
    }

    @Test(arguments: 1...8)
    func `a clip that a kill left open is there after a later power cut`(seed: UInt64) throws {
        let clip = try TestClip(seed: 1)
        var random = SeededGenerator(seed: seed)
        let killed = SimulatedDisk()
        let rig = Rig(disk: killed, settings: Self.settings)
        rig.settle()
        // It dies before the thread that syncs has heard of the clip.
        rig.append(clip.fragments[0], to: try rig.begin("entrance"))
        let found = SimulatedDisk(killed.state.withLock { $0.afterKill() })
        let next = Rig(disk: found, settings: Self.settings)
        next.tick()
        #expect(next.recovered.count == 1)
        let image = found.state.withLock { $0.afterPowerCut(using: &random) }
        #expect(Set(next.recovered).isSubset(of: image.files().keys), "seed \(seed)")
    }

    @Test(arguments: 1...3)
    func `power cut during recovery is recovered from`(seed: UInt64) throws {
        let clip = try TestClip(seed: 1)
        var random = SeededGenerator(seed: seed)
        let crashed = SimulatedDisk { _ in nil }
        let rig = Rig(disk: crashed, settings: Self.settings)
        let handle = try rig.begin("entrance")
        for fragment in clip.fragments {
            rig.append(fragment, to: handle)
            rig.tick()
        }
        let image = crashed.state.withLock { $0.afterPowerCut(using: &random) }
        for number in 1...200 {
            let disk = SimulatedDisk(image) { $0.number == number ? .powerCut : nil }
            let recovering = Rig(disk: disk, settings: Self.settings)
            recovering.tick()
            recovering.stop()
            guard disk.isOff else {
                #expect(number > 10)
                return
            }
            let again = disk.state.withLock { $0.afterPowerCut(using: &random) }
            try restart(SimulatedDisk(again), "power cut at call \(number) of recovery")
        }
    }
}

extension TestClip {
    /// Whole fragments in the first bytes of the clip's file.
    fileprivate func fragmentCount(within size: Int) -> Int {
        var end = segment.bytes.count
        return fragments.prefix { fragment in
            end += fragment.byteCount
            return end <= size
        }.count
    }
}
