import ISOBMFF
import Platform

/// Whether what was recorded fits into one file, and if not, into which ones.
struct ExportParts {
    private var ranges: [Range<WallTime>] = []
    private var video: FourCC?
    private var audio: FourCC?
    /// The end of the last clip, in nanoseconds of the timeline.
    private var end: Int64 = 0
    private var reason = ""

    /// Whether all clips so far fit together.
    var fitOneFile: Bool { ranges.count <= 1 }

    /// Why not, and what can be exported instead.
    var refusal: ExportError? {
        fitOneFile ? nil : .severalKinds(ranges, reason: reason)
    }

    /// Takes the next clip.
    ///
    /// - Parameters:
    ///   - stretches: what of it would be exported.
    ///   - lanes: the tracks of the export so far.
    mutating func add(
        video: TrackDescription, audio: TrackDescription?, _ stretches: [Range<WallTime>],
        _ timing: ClipTiming, lanes: (video: ExportLane?, audio: ExportLane?)
    ) {
        guard let first = stretches.first, let last = stretches.last else { return }
        let place = timing.place
        let change = change(to: video, audio, place, lanes)
        if let change, !ranges.isEmpty {
            if fitOneFile { reason = change }
            (self.video, self.audio) = (nil, nil)
        }
        if ranges.isEmpty || change != nil {
            ranges.append(first.lowerBound..<max(first.lowerBound, last.upperBound))
        } else {
            let start = ranges[ranges.count - 1].lowerBound
            ranges[ranges.count - 1] = start..<max(start, last.upperBound)
        }
        self.video = video.codec
        self.audio = audio?.codec ?? self.audio
        end = place.offset + place.length
    }

    /// What the clip has that does not go with those before; nil if it fits.
    private func change(
        to video: TrackDescription, _ audio: TrackDescription?, _ place: ClipTimeline.Place,
        _ lanes: (video: ExportLane?, audio: ExportLane?)
    ) -> String? {
        if let old = self.video, old != video.codec {
            return "the picture changes from '\(old)' to '\(video.codec)'"
        }
        if let old = self.audio, let audio, old != audio.codec {
            return "the sound changes from '\(old)' to '\(audio.codec)'"
        }
        if let lane = lanes.video, place.offset - end > lane.longestGap {
            return "nothing was recorded for longer than a picture in a file may last"
        }
        if let lane = lanes.audio, audio != nil, place.offset - lane.end > lane.longestGap {
            return "there was no sound for longer than a sample in a file may last"
        }
        return nil
    }
}
