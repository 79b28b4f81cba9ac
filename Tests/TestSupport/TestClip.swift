public import ISOBMFF

/// A clip made of known samples, in every form that a file of it can have.
public struct TestClip: Sendable {
    /// A sample as it was given to the builder.
    public struct Given: Hashable, Sendable {
        /// The track.
        public var track: UInt32
        /// Ticks of the track's timescale.
        public var decodeTime: UInt64
        /// Ticks from decode time to presentation time.
        public var compositionOffset: Int32
        /// Whether it is a sync sample.
        public var isSync: Bool
        /// Its bytes.
        public var bytes: [UInt8]
    }

    /// The clip's init segment.
    public let segment: InitSegment
    /// The fragments in their order.
    public let fragments: [Fragment]
    /// Where each fragment begins in the file.
    public let offsets: [Int]
    /// All samples, fragment by fragment, in the order of decode times within each track.
    public let given: [Given]
    /// The sample tables of all fragments.
    public let tables: SampleTables
    /// The record of its end.
    public let end: ClipEnd

    /// What a test may want to be different.
    public struct Recipe: Sendable {
        /// A file of `Fixtures/boxes`.
        public var initSegment = "h264-aac.init"
        /// How many fragments.
        public var fragmentCount = 4
        /// Frames of video in a fragment.
        public var framesPerFragment = 5
        /// Bytes of a sample at most.
        public var largestSample = 200
        /// Whether samples of video are presented in another order than decoded.
        public var hasReordering = false
        /// Ticks of the first decode time of the sound, at 8,000 Hz.
        public var soundStart: UInt64 = 0
        /// Whether durations vary, and fragments leave gaps.
        public var isIrregular = false

        /// A clip of four fragments with video and sound.
        public init() {}
    }

    /// Makes a clip; the same seed makes the same clip.
    public init(seed: UInt64, _ recipe: Recipe = Recipe()) throws {
        var random = SeededGenerator(seed: seed)
        let boxes = try Fixture.bytes("boxes/" + recipe.initSegment)
        let header = ClipHeader(
            cameraName: "Yard", startUTC: 1_790_000_000_000_000_000,
            startMonotonic: 5_000_000_000, bootID: random.bytes(16), sequence: seed)
        let segment = try boxes.withUnsafeBytes {
            try InitSegment(muxerBytes: $0, header: header)
        }
        var builder = FragmentBuilder(tracks: segment.tracks)
        var tables = SampleTables(tracks: segment.tracks)
        var fragments: [Fragment] = []
        var offsets: [Int] = []
        var given: [Given] = []
        var position = segment.bytes.count
        var clock = TestClock(recipe: recipe, tracks: segment.tracks)
        for _ in 0..<recipe.fragmentCount {
            let samples = clock.samples(using: &random)
            for (sample, duration) in samples {
                sample.bytes.withUnsafeBytes { bytes in
                    _ = builder.append(
                        track: sample.track, decodeTime: sample.decodeTime,
                        sample: TrackSample(
                            duration: duration, size: UInt32(bytes.count),
                            compositionOffset: sample.compositionOffset, isSync: sample.isSync),
                        wallNanoseconds: header.startUTC + Int64(fragments.count) * 200_000_000,
                        bytes: bytes)
                }
                given.append(sample)
            }
            guard let fragment = builder.flush() else { continue }
            try tables.append(fragment, at: UInt64(position))
            offsets.append(position)
            position += fragment.byteCount
            fragments.append(fragment)
        }
        self.segment = segment
        self.fragments = fragments
        self.offsets = offsets
        self.given = given
        self.tables = tables
        end = ClipEnd(
            tables: tables, endUTC: header.startUTC + Int64(tables.durationNanoseconds),
            endMonotonic: header.startMonotonic + Int64(tables.durationNanoseconds),
            lostPacketCount: 3, timeRepairCount: 1, reason: .rotated)
    }

    /// The file while it is open.
    public var openBytes: [UInt8] {
        var bytes = segment.bytes
        for fragment in fragments { fragment.withBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }

    /// What finalizing writes.
    public var finalization: Finalization {
        get throws {
            try Finalization(
                initSegment: segment, tables: tables, end: end,
                endOffset: UInt64(openBytes.count))
        }
    }

    /// The file when it is final.
    public var finalBytes: [UInt8] {
        get throws {
            let finalization = try finalization
            var bytes = openBytes + finalization.tail
            bytes.replace(at: Int(finalization.headerOffset), with: finalization.header)
            return bytes
        }
    }
}

extension [UInt8] {
    /// Overwrites bytes from `offset` on.
    public mutating func replace(at offset: Int, with bytes: [UInt8]) {
        replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
}

/// Gives samples their times.
private struct TestClock {
    let recipe: TestClip.Recipe
    let tracks: [TrackDescription]
    private var next: [UInt64]

    init(recipe: TestClip.Recipe, tracks: [TrackDescription]) {
        self.recipe = recipe
        self.tracks = tracks
        next = tracks.map { $0.isPrimary ? 0 : recipe.soundStart }
    }

    /// The samples of the next fragment, with their durations.
    mutating func samples(
        using random: inout SeededGenerator
    ) -> [(TestClip.Given, duration: UInt32)] {
        var list: [(TestClip.Given, duration: UInt32)] = []
        for (index, track) in tracks.enumerated() {
            let count = track.isPrimary ? recipe.framesPerFragment : recipe.framesPerFragment + 2
            let step = track.isPrimary ? UInt64(track.timescale) / 25 : 1024
            if recipe.isIrregular { next[index] += UInt64.random(in: 0...step, using: &random) }
            for number in 0..<count {
                var duration = step
                if recipe.isIrregular {
                    duration = UInt64.random(in: 1...2 * step, using: &random)
                }
                let size = Int.random(in: 8...max(recipe.largestSample, 8), using: &random)
                let isSync = !track.isPrimary || number == 0
                let offsets: [Int32] = [0, Int32(step), -Int32(step), 0]
                list.append(
                    (
                        TestClip.Given(
                            track: track.id, decodeTime: next[index],
                            compositionOffset: track.isPrimary && recipe.hasReordering
                                ? offsets[number % 4] : 0,
                            isSync: isSync,
                            bytes: payload(size, track: track, isSync: isSync, using: &random)),
                        UInt32(duration)
                    ))
                next[index] += duration
            }
        }
        return list
    }

    /// Random bytes that, in a track of video, are a chain of NAL units.
    private func payload(
        _ size: Int, track: TrackDescription, isSync: Bool, using random: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = random.bytes(size)
        guard track.isPrimary else { return bytes }
        let header: [UInt8] =
            track.codec == "hvc1" || track.codec == "hev1"
            ? [isSync ? 0x26 : 0x02, 0x01] : [isSync ? 0x65 : 0x41, 0x9a]
        let length = UInt32(size - 4)
        bytes.replace(
            at: 0, with: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + header)
        return bytes
    }
}
