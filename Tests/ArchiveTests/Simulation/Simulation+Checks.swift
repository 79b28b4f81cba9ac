import AVRemux
import ISOBMFF
import Platform
import Synchronization
import TestSupport

@testable import Archive

// The invariants of ARCHITECTURE.md, looked at after each end of a process.
extension Simulation {
    /// Looks at every file after the next start has made it good.
    func look(after end: SimulatedRecords.End, safe: [String: Int] = [:]) throws {
        // 1. A clip plays, whatever happened: what is there is final and whole.
        for finding in try Rig.findings(disk, upTo: safe)
        where !finding.hasPrefix(Self.foreignPath) {
            fail("after \(end): \(finding)")
        }
        // 3., 5. Its pictures are those that were taken, each once and in their order.
        var found: [(path: String, header: ClipHeader, numbers: [UInt32])] = []
        for (path, bytes) in disk.state.withLock({ $0.files() })
        where path.hasSuffix(".mp4") && path != Self.foreignPath {
            guard let header = try ClipVerification(of: MemoryBytes(bytes)).header else { continue }
            let camera = cameras.firstIndex { $0.name == header.cameraName } ?? -1
            found.append((path, header, NumberedPicture.numbers(in: bytes, camera: camera)))
        }
        let isExact = end != .powerCut && !hadDiskTrouble
        for problem in records.compare(with: found, isExact: isExact, after: end) {
            fail("after \(end): \(problem)")
        }
        // 7. What cctv did not write is as it was.
        if disk.state.withLock({ $0.files()[Self.foreignPath] }) != Self.foreign {
            fail("after \(end): a person's file was touched")
        }
        let present = processStart..<max(processStart, clocks.wall)
        if isExact, !hadClockStep, !hours.contains(where: present.overlaps) {
            try lookAtLedger(found.map(\.path), after: end)
        }
        hours.append(present)
        (hadDiskTrouble, hadClockStep, processStart) = (false, false, clocks.wall)
    }

    /// Every second of the process's life is in a clip or has a cause.
    private func lookAtLedger(_ paths: [String], after end: SimulatedRecords.End) throws {
        // What the process that began since has deleted; what the one before had not said is lost.
        writeLedger()
        let root = try disk.openDirectory(DiskImage.folder)
        let clips = try paths.compactMap { try IndexedClip($0, on: disk, in: root)?.clip }
        let history = GapHistory(try file().read().entries)
        for camera in cameras {
            let coverage = CameraCoverage(
                camera: camera.name, clips: clips, history: history,
                range: processStart..<max(processStart, clocks.wall), now: clocks.wall)
            for gap in coverage.gaps where gap.cause == nil && gap.length > .seconds(2) {
                fail(
                    "after \(end): \(camera.name) has \(gap.length) without a cause at \(gap.start.utcText)"
                )
            }
            let length = clocks.wall - processStart
            let sum = coverage.enabled + coverage.deleted
            if sum > length + .seconds(2) || sum < length - .seconds(62) {
                fail("after \(end): \(camera.name) has \(sum) of \(length)")
            }
        }
    }
}
