import ISOBMFF
import Platform

@testable import Archive

/// Which pictures a recorder took, and in which clips they must be.
struct SimulatedRecords {
    /// How a recorder's process ended.
    enum End: Equatable { case stop, kill, powerCut }

    /// A clip by what its header says.
    struct Key: Hashable {
        var camera: String
        var start: Int64
    }

    private struct Taken {
        var numbers: [UInt32] = []
        var path: String?
        var isFinal = false
        /// Whether the disk failed under it, so that its end may be missing.
        var isHurt = false
        /// Whether it was deleted, which a power cut may undo.
        var isDeleted = false
    }

    private var clips: [Key: Taken] = [:]

    mutating func take(_ number: UInt32, in clip: Key) {
        clips[clip, default: Taken()].numbers.append(number)
    }

    mutating func open(_ clip: ClipFacts) { clips[clip.key, default: Taken()].path = clip.path }

    mutating func finalize(_ clip: ClipFacts) { clips[clip.key]?.isFinal = true }

    mutating func hurt(_ clip: ClipFacts) { clips[clip.key]?.isHurt = true }

    mutating func delete(_ path: String) {
        for (key, clip) in clips where clip.path == path { clips[key]?.isDeleted = true }
    }

    /// What is wrong with the clips that a start has found and made final; they are all there is from
    /// then on.
    ///
    /// - Parameter isExact: whether every picture that was taken must be there.
    mutating func compare(
        with found: [(path: String, header: ClipHeader, numbers: [UInt32])], isExact: Bool,
        after end: End
    ) -> [String] {
        var problems: [String] = []
        var last: [String: UInt32] = [:]
        var rest = clips
        clips = [:]
        for clip in found.sorted(by: { $0.header.sequence < $1.header.sequence }) {
            let key = Key(camera: clip.header.cameraName, start: clip.header.startUTC)
            let taken = rest.removeValue(forKey: key) ?? Taken()
            if taken.isDeleted, end != .powerCut {
                problems.append("\(clip.path) was deleted and is there")
            }
            for number in clip.numbers {
                if let before = last[key.camera], number <= before {
                    problems.append("\(clip.path): picture \(number) after \(before)")
                }
                last[key.camera] = number
            }
            if !taken.numbers.starts(with: clip.numbers) {
                problems.append("\(clip.path): other pictures than were taken")
            }
            let mustBeWhole = taken.isFinal || (isExact && !taken.isHurt)
            if mustBeWhole, clip.numbers.count < taken.numbers.count {
                problems.append(
                    "\(clip.path): \(clip.numbers.count) of \(taken.numbers.count) pictures")
            }
            clips[key] = Taken(numbers: clip.numbers, path: clip.path, isFinal: true)
        }
        for (key, taken) in rest
        where !taken.isDeleted && (taken.isFinal || (isExact && !taken.isHurt)) {
            guard let path = taken.path, !taken.numbers.isEmpty else { continue }
            problems.append("\(path) of \(key.camera) is gone")
        }
        return problems
    }
}

extension ClipFacts {
    var key: SimulatedRecords.Key {
        SimulatedRecords.Key(camera: camera ?? "", start: start.nanoseconds)
    }
}
