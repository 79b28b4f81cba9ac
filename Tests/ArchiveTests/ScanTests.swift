import Glibc
import ISOBMFF
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// A volume that is looked through while clips are recorded to it.
struct ScanTests {
    private static let limit: Int64 = 1 << 20

    private func settings(_ limit: Int64?) -> ArchiveSettings {
        ArchiveSettings(limits: RetentionLimits(maximumBytes: limit), reserveStep: 1 << 16)
    }

    private func fragments() throws -> [Fragment] {
        var recipe = TestClip.Recipe()
        recipe.fragmentCount = 6
        recipe.largestSample = 3000
        return try TestClip(seed: 9, recipe).fragments
    }

    private func record(_ rig: Rig, clips: Int) throws {
        let fragments = try fragments()
        for number in 0..<clips {
            let handle = try rig.begin(["entrance", "yard"][number % 2])
            for fragment in fragments { rig.append(fragment, to: handle) }
            rig.end(handle)
            rig.tick()
        }
    }

    /// A folder with clips of several days, and the one that a crash left open.
    private func folder(_ days: Int, clips: Int, limit: Int64?) throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        let clocks = ManualClocks()
        let rig = Rig(disk: disk, settings: settings(limit), clocks: clocks)
        for _ in 0..<days {
            try record(rig, clips: clips)
            clocks.advance(by: .seconds(86_400))
        }
        let handle = try rig.begin("yard")
        for fragment in try fragments() { rig.append(fragment, to: handle) }
        rig.tick()
        return SimulatedDisk(disk.state.withLock { $0.afterKill() })
    }

    private let later = ManualClocks(wall: WallTime(nanoseconds: 1_741_000_000_000_000_000))

    @Test func `cameras do not wait for a huge folder to be looked through`() throws {
        let disk = try folder(4, clips: 6, limit: nil)
        let rig = Rig(disk: disk, settings: settings(nil), clocks: later, scansAtOnce: false)
        let early = try rig.begin("entrance")
        let (before, open) = (rig.opened.count, disk.state.withLock { $0.files() })
        #expect(before == 0, "its number is not known yet")
        var findings = rig.findings()
        rig.engine?.perform(findings.removeFirst())
        #expect(rig.opened.map(\.sequence) == [26])
        for fragment in try fragments() { rig.append(fragment, to: early) }
        rig.end(early)
        rig.tick()
        #expect(rig.finals.count == 1, "recorded and final before one old clip is known")
        let second = try rig.begin("yard")
        for finding in findings { rig.engine?.perform(finding) }
        for fragment in try fragments() { rig.append(fragment, to: second) }
        rig.tick()
        #expect(rig.engine?.room?.isIncomplete == false)
        #expect(second.isOpen, "a clip of this run is not taken for a crash's")
        rig.end(second)
        rig.stop()
        #expect(rig.finals.count == 2 && rig.recovered.count == 1)
        #expect(try Rig.findings(disk) == [])
        #expect(disk.state.withLock { $0.files() }.count == open.count + 2)
        // What is counted is what another look finds.
        let after = SimulatedDisk(disk.state.withLock { $0.afterKill() })
        let again = Rig(disk: after, settings: settings(nil), clocks: later)
        #expect(again.engine?.room?.ledger.all.sorted() == rig.engine?.room?.ledger.all.sorted())
        #expect(again.engine?.nextSequence == rig.engine?.nextSequence)
    }

    @Test func `the limit holds at any call while a full folder is looked through`() throws {
        let disk = try folder(6, clips: 40, limit: Self.limit)
        let first = try #require(
            disk.state.withLock { $0.files() }.keys.filter { $0.hasSuffix(".mp4") }
                .min { $0.suffix(23) < $1.suffix(23) })
        let peak = Mutex(0)
        let rig = Rig(
            disk: disk, settings: settings(Self.limit), clocks: later, scansAtOnce: false)
        disk.watchUse { used in peak.withLock { $0 = max($0, used) } }
        var findings = rig.findings()
        let fragments = try fragments()
        var handle = try rig.begin("yard")
        var ended = 0
        while !findings.isEmpty {
            let finding = findings.removeFirst()
            if case .scanned(_, .sizes) = finding { #expect(rig.deletions.isEmpty) }
            rig.engine?.perform(finding)
            for fragment in fragments { rig.append(fragment, to: handle) }
            rig.end(handle)
            ended += 1
            rig.tick()
            handle = try rig.begin("yard")
        }
        for _ in 0..<3 { rig.tick() }
        #expect(rig.finals.count == ended, "what had to wait is recorded")
        #expect(peak.withLock { $0 } <= Self.limit)
        #expect(rig.deletions.first?.path == first, "the oldest went first")
        #expect(rig.troubles.isEmpty)
        rig.stop()
        #expect(try Rig.findings(disk) == [])
    }

    @Test func `a stop does not wait for the scan, and what was recorded is final`() throws {
        let disk = try folder(3, clips: 40, limit: Self.limit)
        let rig = Rig(
            disk: disk, settings: settings(Self.limit), clocks: later, scansAtOnce: false)
        var findings = rig.findings()
        rig.engine?.perform(findings.removeFirst())
        let handle = try rig.begin("yard")
        for _ in 0..<20 { for fragment in try fragments() { rig.append(fragment, to: handle) } }
        rig.stop()
        #expect(rig.engine?.isIdle == true)
        #expect(handle.gauge.bytes == 0 && !handle.isOpen)
        rig.engine?.perform(findings[0])
        #expect(rig.deletions.isEmpty && rig.troubles.isEmpty)
    }

    @Test func `a stop right after the start loses nothing`() throws {
        let disk = try folder(2, clips: 4, limit: nil)
        let rig = Rig(disk: disk, settings: settings(nil), clocks: later, scansAtOnce: false)
        let handle = try rig.begin("yard")
        for fragment in try fragments() { rig.append(fragment, to: handle) }
        rig.end(handle)
        rig.engine?.perform(.stop)
        #expect(rig.engine?.isIdle == false, "its number is not known yet")
        for finding in rig.findings() { rig.engine?.perform(finding) }
        rig.settle()
        #expect(rig.engine?.isIdle == true)
        #expect(rig.finals.map(\.sequence) == [10])
        #expect(handle.gauge.bytes == 0)
    }

    @Test func `a folder that cannot be read is told of and tried again`() throws {
        let disk = try folder(2, clips: 4, limit: nil)
        disk.setFaults { $0.name == "readdir" ? .error(EIO) : nil }
        let rig = Rig(disk: disk, settings: settings(nil), clocks: later)
        #expect(rig.troubles.count == 1)
        disk.setFaults { _ in nil }
        rig.tick(.seconds(6))
        #expect(rig.hasComeBack)
        try record(rig, clips: 2)
        #expect(rig.finals.map(\.sequence) == [10, 11])
    }
}
