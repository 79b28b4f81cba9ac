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
        var sequence: UInt64 = 0
        var isCertain = true
        /// How many of them a power cut must leave.
        var safe = 0
        var isFinal = false
        /// Whether the disk failed under it, so that its end may be missing.
        var isHurt = false
        /// Whether the disk failed when it was to be deleted, so that it may be there or not.
        var mayBeGone = false
        /// Whether it was deleted, which a power cut may undo.
        var isDeleted = false
    }

    private var clips: [Key: Taken] = [:]
    /// The clips that can be deleted or written, by their paths.
    private var paths: [String: Key] = [:]

    mutating func take(_ number: UInt32, in clip: Key) {
        clips[clip, default: Taken()].numbers.append(number)
    }

    mutating func open(_ clip: ClipFacts) {
        clips[clip.key, default: Taken()].path = clip.path
        clips[clip.key]?.sequence = clip.sequence
        clips[clip.key]?.isCertain = !clip.clockUncertain
        paths[clip.path] = clip.key
    }

    mutating func finalize(_ clip: ClipFacts) { clips[clip.key]?.isFinal = true }

    mutating func hurt(_ clip: ClipFacts) { clips[clip.key]?.isHurt = true }

    mutating func delete(_ path: String) {
        guard let key = paths.removeValue(forKey: path) else { return }
        clips[key]?.isDeleted = true
    }

    mutating func doubt(_ path: String) {
        if let key = paths[path] { clips[key]?.mayBeGone = true }
    }

    /// Notes that all that was taken until now has been made safe.
    mutating func makeSafe() {
        for key in paths.values {
            guard let clip = clips[key] else { continue }
            clips[key]?.safe = clip.numbers.count
        }
    }

    /// Whether the clock could be right when a clip began.
    func isCertain(_ path: String) -> Bool { paths[path].flatMap { clips[$0] }?.isCertain ?? false }

    /// How long ago a clip began.
    func age(_ path: String, at now: WallTime) -> Duration {
        now - WallTime(nanoseconds: paths[path]?.start ?? now.nanoseconds)
    }

    /// A clip that had to be deleted before this one.
    func older(than path: String, reason: DeletionReason) -> String? {
        guard let key = paths[path], let sequence = clips[key]?.sequence else { return nil }
        return paths.first { other in
            guard let clip = clips[other.value], clip.isFinal, clip.sequence < sequence else {
                return false
            }
            return reason != .cameraLimit || other.value.camera == key.camera
        }?.key
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
        (clips, paths) = ([:], [:])
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
            let least = mustBeWhole ? taken.numbers.count : taken.isHurt ? 0 : taken.safe
            if clip.numbers.count < least {
                problems.append("\(clip.path): \(clip.numbers.count) of \(least) pictures")
            }
            clips[key] = Taken(
                numbers: clip.numbers, path: clip.path, sequence: clip.header.sequence,
                isCertain: !clip.header.isClockUncertain, safe: clip.numbers.count, isFinal: true)
            paths[clip.path] = key
        }
        for (key, taken) in rest {
            // What is not there may come back: names that were removed and not synced.
            guard !taken.isDeleted else {
                clips[key] = taken
                continue
            }
            let isKept = taken.isFinal || (!taken.isHurt && (isExact || taken.safe > 0))
            guard isKept, !taken.mayBeGone, let path = taken.path, !taken.numbers.isEmpty else {
                continue
            }
            problems.append(
                "\(path) of \(key.camera) is gone: \(taken.safe) of \(taken.numbers.count) pictures "
                    + "were safe\(taken.isFinal ? ", and it was final" : "")")
        }
        return problems
    }
}

extension ClipFacts {
    var key: SimulatedRecords.Key {
        SimulatedRecords.Key(camera: camera ?? "", start: start.nanoseconds)
    }
}
