import Glibc
import ISOBMFF
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Archive

struct ProtectionTests {
    private func list(_ disk: SimulatedDisk) throws -> ProtectionList {
        ProtectionList(disk: disk, root: try disk.openDirectory(DiskImage.folder))
    }

    private func record(_ rig: Rig, clips: Int) throws {
        var recipe = TestClip.Recipe()
        recipe.fragmentCount = 6
        recipe.largestSample = 3000
        let fragments = try TestClip(seed: 9, recipe).fragments
        for number in 0..<clips {
            let handle = try rig.begin(["entrance", "yard"][number % 2])
            for fragment in fragments { rig.append(fragment, to: handle) }
            rig.end(handle)
            rig.tick()
        }
    }

    private let settings = ArchiveSettings(
        limits: RetentionLimits(maximumBytes: 1 << 20), reserveStep: 1 << 16)

    @Test func `a protection at the end of a long list protects`() throws {
        let directory = TemporaryDirectory()
        _ = try Volume.open(directory.path)
        let protections = try ProtectionList(folder: directory.path)
        let day = WallTime(nanoseconds: 0)..<WallTime(nanoseconds: 1)
        let note = String(repeating: "n", count: 600 << 10)
        for _ in 0..<3 { _ = try protections.add(camera: nil, range: day, note: note) }
        #expect(try protections.all().map(\.number) == [1, 2, 3])
    }

    @Test func `protected clips stay until they are unprotected, others go for them`() throws {
        let disk = SimulatedDisk()
        let rig = Rig(disk: disk, settings: settings)
        let start = rig.clocks.wall
        let protection = try list(disk).add(
            camera: "yard", range: start..<(start + .seconds(4)), note: "a parcel")
        try record(rig, clips: 60)
        let kept = [
            "yard/2025-02-23/2025-02-23_09-00-01.mp4", "yard/2025-02-23/2025-02-23_09-00-03.mp4",
        ]
        #expect(!rig.deletions.map(\.path).contains { kept.contains($0) })
        #expect(rig.deletions.map(\.path).contains("entrance/2025-02-23/2025-02-23_09-00-00.mp4"))
        #expect(disk.state.withLock { $0.used } <= 1 << 20)
        #expect(try list(disk).remove(protection.number))
        try record(rig, clips: 30)
        #expect(kept.allSatisfy(rig.deletions.map(\.path).contains))
    }

    @Test func `what is protected now is not deleted a moment later`() throws {
        let disk = SimulatedDisk()
        let rig = Rig(disk: disk, settings: settings)
        let start = rig.clocks.wall
        try record(rig, clips: 12)
        let before = rig.deletions.count
        _ = try list(disk).add(camera: nil, range: start..<(start + .seconds(60)), note: "")
        try record(rig, clips: 12)
        #expect(rig.deletions.count == before)
        #expect(Set(rig.troubles) == [.full], "nothing else may be deleted")
        let warnings = rig.events.filter {
            if case .protectionsCrowd = $0 { true } else { false }
        }
        #expect(warnings.count == 1)
    }

    @Test func `protections outlive a restart and an index`() throws {
        let disk = SimulatedDisk()
        var rig = Rig(disk: disk, settings: ArchiveSettings(limits: .none, reserveStep: 1 << 16))
        let start = rig.clocks.wall
        _ = try list(disk).add(
            camera: "yard", range: start..<(start + .seconds(2)), note: "\"odd\"\n\u{1}note")
        try record(rig, clips: 4)
        let after = SimulatedDisk(disk.state.withLock { $0.afterKill() })
        #expect(try list(after).all().map(\.note) == ["\"odd\"\n\u{1}note"])
        rig = Rig(
            disk: after,
            settings: ArchiveSettings(
                limits: RetentionLimits(maximumBytes: 300_000), reserveStep: 1 << 16))
        rig.tick()
        #expect(!rig.deletions.isEmpty)
        #expect(!rig.deletions.map(\.path).contains("yard/2025-02-23/2025-02-23_09-00-01.mp4"))
    }

    @Test func `numbers of protections are not given twice while one of them stands`() throws {
        let disk = SimulatedDisk()
        _ = Rig(disk: disk, settings: settings)
        let range = WallTime(nanoseconds: 5)..<WallTime(nanoseconds: 9)
        let numbers = try (0..<3).map { _ in
            try list(disk).add(camera: nil, range: range, note: "").number
        }
        #expect(numbers == [1, 2, 3])
        #expect(try list(disk).remove(2))
        #expect(try !list(disk).remove(2))
        #expect(try list(disk).add(camera: nil, range: range, note: "").number == 4)
        #expect(try list(disk).all().map(\.number) == [1, 3, 4])
    }
}

// Lines that cannot be read: a torn write, a bad sector, an editor.
extension ProtectionTests {
    private static let damages: [@Sendable (String) -> String] = [
        { String($0.dropLast(20)) },  // the last line is torn
        { $0.replacing("from_ns", with: "from_n\u{0}") },
        { _ in String(repeating: "\u{0}", count: 300) },
        { $0.replacing("\n", with: "") },
    ]

    @Test(arguments: 0..<4)
    func `no protection is lost by a damaged line`(number: Int) throws {
        let disk = SimulatedDisk()
        let rig = Rig(disk: disk, settings: settings)
        let start = rig.clocks.wall
        for _ in 0..<2 {
            _ = try list(disk).add(
                camera: "yard", range: start..<(start + .seconds(4)), note: "a parcel")
        }
        try record(rig, clips: 10)
        let text = try #require(disk.state.withLock { $0.files()[ProtectionList.name] })
        let damaged = Self.damages[number](String(decoding: text, as: UTF8.self))
        try disk.overwrite(ProtectionList.name, Array(damaged.utf8))
        try record(rig, clips: 60)
        let gone = Set(rig.deletions.map(\.path))
        #expect(!gone.contains("yard/2025-02-23/2025-02-23_09-00-01.mp4"))
        #expect(!gone.contains("yard/2025-02-23/2025-02-23_09-00-03.mp4"))
        let told = rig.events.compactMap {
            if case .protectionsDamaged(let lines, _) = $0 { lines } else { nil }
        }
        #expect(told.count == 1, "said once")
        #expect(gone.count > 20, "what is recorded later goes as ever")
        // The list says it by itself now, and a person can lift it.
        let mended = try list(disk).all()
        let instead = try #require(mended.first { $0.note.hasPrefix("in place of a damaged line") })
        #expect(try list(disk).read().damaged.isEmpty)
        for protection in mended { #expect(try list(disk).remove(protection.number)) }
        try record(rig, clips: 40)
        #expect(rig.deletions.map(\.path).contains("yard/2025-02-23/2025-02-23_09-00-01.mp4"))
        #expect(instead.camera == nil && instead.range.upperBound >= start + .seconds(10))
    }

    @Test func `a change of the list keeps what a damaged line may protect`() throws {
        let disk = SimulatedDisk()
        _ = Rig(disk: disk, settings: settings)
        let root = try disk.openDirectory(DiskImage.folder)
        try disk.writeAll(
            try disk.openat(root, ProtectionList.name, O_WRONLY | O_CREAT, 0o644),
            Array("{\"number\":1,\"cam".utf8), at: 0)
        let now = WallTime(nanoseconds: 5)..<WallTime(nanoseconds: 9)
        #expect(try list(disk).all().count == 1)
        #expect(try list(disk).add(camera: "yard", range: now, note: "").number == 2)
        #expect(try list(disk).all().map(\.number) == [1, 2])
        #expect(try list(disk).all()[0].range.lowerBound == WallTime(nanoseconds: 0))
    }
}

struct JSONLineTests {
    @Test func `a record is read as it was written`() throws {
        let line = JSONLine([
            "path": .text("yard/\"2025\"\\\u{7}ü\u{1F408}"), "bytes": .integer(-17), "": .text(""),
        ])
        #expect(JSONLine(line.bytes.dropLast()) == line)
    }

    @Test(arguments: [
        "", "{", "{}", "{\"a\":1", "{\"a\":}", "{\"a\":1}x", "{\"a\":[1]}", "{\"a\":\"b}", "null",
        "{\"a\" 1}", "{\"a\":99999999999999999999}", "{\"a\":\"\\u12\"}",
    ])
    func `a torn record is none`(text: String) { #expect(JSONLine(Array(text.utf8)) == nil) }

    @Test func `a file is read up to its torn end`() {
        let text = "{\"a\":1}\n{\"a\":2}\n{\"a\":"
        #expect(JSONLine.all(in: Array(text.utf8)).map { $0.integer("a") } == [1, 2])
    }
}
