import ISOBMFF
import TestSupport
import Testing

@Suite struct FragmentBuilderTests {
    static let video = TrackDescription(id: 1, timescale: 90_000, isPrimary: true)
    static let sound = TrackDescription(
        id: 2, timescale: 48_000, isPrimary: false, handler: "soun", codec: "mp4a")
    static let wall: Int64 = 1_790_000_000_123_456_789

    @Test func `the bytes parse to exactly what went in`() throws {
        var random = SeededGenerator(seed: 1)
        var builder = FragmentBuilder(tracks: [Self.sound, Self.video], firstSequence: 7)
        for round in 0..<50 as Range<UInt64> {
            // From a few samples to more than the headroom was made for.
            let count = Int.random(in: 1...700, using: &random)
            var payload: [UInt32: [UInt8]] = [:]
            var samples: [UInt32: [TrackSample]] = [:]
            for index in 0..<count {
                let track: UInt32 = Int.random(in: 0..<3, using: &random) == 0 ? 2 : 1
                let bytes = random.bytes(Int.random(in: 1...300, using: &random))
                let sample = TrackSample(
                    duration: 1000, size: UInt32(bytes.count),
                    compositionOffset: track == 1 ? Int32(index % 3) * 500 - 500 : 0,
                    isSync: track == 2 || index % 10 == 0)
                let time = round * 1_000_000 + UInt64(samples[track]?.count ?? 0) * 1000
                let isTaken = builder.append(
                    track: track, decodeTime: time, sample: sample, wallNanoseconds: Self.wall
                ) { destination in destination.copyBytes(from: bytes) }
                #expect(isTaken)
                payload[track, default: []] += bytes
                samples[track, default: []].append(sample)
            }
            let pending = builder.pendingByteCount
            #expect(pending == payload.values.reduce(0) { $0 + $1.count })
            let flushed = builder.flush()
            let fragment = try #require(flushed)
            let isEmpty = builder.isEmpty
            #expect(isEmpty)
            #expect(fragment.sequence == 7 + UInt32(round))
            try expect(fragment, holds: samples, payload, from: round * 1_000_000)
        }
    }

    private func expect(
        _ fragment: Fragment, holds samples: [UInt32: [TrackSample]], _ payload: [UInt32: [UInt8]],
        from time: UInt64
    ) throws {
        let file = fragment.withBytes { Array($0) }
        #expect(file.count == fragment.byteCount)
        let boxes = topLevelBoxes(of: file)
        #expect(boxes.map(\.type) == ["prft", "moof", "mdat", "free"])
        let moof = boxes[1].range
        let movie = try file[moof].withUnsafeBytes {
            try MovieFragment($0, tracks: [Self.video, Self.sound])
        }
        #expect(movie.sequence == fragment.sequence)
        #expect(movie.runs.count == samples.count)
        for (run, parsed) in zip(fragment.runs, movie.runs) {
            #expect(run.dataOffset == parsed.dataOffset + moof.lowerBound)
            #expect(parsed.baseDecodeTime == time)
            #expect((parsed.samples == samples[run.trackID]) as Bool)
            #expect((parsed.samples == run.samples) as Bool)
            let range = run.dataOffset..<run.dataOffset + Int(run.byteCount)
            #expect((Array(file[range]) == payload[run.trackID]) as Bool)
        }
        #expect(Int(fragment.runs.reduce(0) { $0 + $1.byteCount }) == fragment.payloadByteCount)
        #expect(boxes[2].range.count == fragment.payloadByteCount + 8)
        let sum = file[..<boxes[2].range.upperBound].withUnsafeBytes { CRC32C.of($0) }
        var reader = file.suffix(12)
        let fields = (0..<3).map { _ -> UInt32 in
            defer { reader = reader.dropFirst(4) }
            return reader.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        }
        #expect(fields == [fragment.sequence, UInt32(boxes[2].range.upperBound), sum])
    }

    @Test func `the arrival of the first video sample is in the fragment`() throws {
        var builder = FragmentBuilder(tracks: [Self.video, Self.sound])
        append(to: &builder, track: 2, at: 0, wall: 5)
        append(to: &builder, track: 1, at: 450_000, wall: Self.wall)
        append(to: &builder, track: 1, at: 453_000, wall: Self.wall + 9)
        let fragment = builder.flush()
        #expect(fragment?.wallNanoseconds == Self.wall)
        let bytes = try #require(fragment).withBytes { Array($0[..<32]) }
        // RFC 5905: 2,208,988,800 seconds lie between 1900 and 1970.
        let seconds = UInt32(truncatingIfNeeded: 1_790_000_000 + 2_208_988_800)
        #expect(bytes[12..<16].reduce(0) { $0 << 8 | UInt32($1) } == 1)
        #expect(bytes[16..<20].reduce(0) { $0 << 8 | UInt32($1) } == seconds)
        let fraction = bytes[20..<24].reduce(0) { $0 << 8 | UInt64($1) }
        #expect((fraction * 1_000_000_000) >> 32 == 123_456_789)
        #expect(bytes[24..<32].reduce(0) { $0 << 8 | UInt64($1) } == 450_000)
    }

    @Test func `a fragment starts with a key frame only if its first video sample is one`() {
        var builder = FragmentBuilder(tracks: [Self.video, Self.sound])
        append(to: &builder, track: 2, at: 0)
        append(to: &builder, track: 1, at: 0, isSync: true)
        #expect(flush(&builder)?.startsWithSync == true)
        append(to: &builder, track: 1, at: 3600, isSync: false)
        append(to: &builder, track: 1, at: 7200, isSync: true)
        #expect(flush(&builder)?.startsWithSync == false)
        append(to: &builder, track: 2, at: 1024, isSync: true)
        #expect(flush(&builder)?.startsWithSync == false)
        let isOver = flush(&builder) == nil
        #expect(isOver)
    }

    @Test func `decode times of a track always grow`() {
        var builder = FragmentBuilder(tracks: [Self.video])
        for time in [100, 3700, 3700, 1000, 20_000, .max] as [UInt64] {
            append(to: &builder, track: 1, at: time)
        }
        let first = builder.flush()?.runs.first
        #expect(first?.baseDecodeTime == 100)
        #expect(
            first?.samples.map(\.duration)
                == [3600, 1, 1, 20_000 - 3702, UInt32(Int32.max), 3600])
        append(to: &builder, track: 1, at: 5)
        #expect(flush(&builder)?.runs.first?.baseDecodeTime == 20_000 + UInt64(Int32.max) + 1)
    }

    @Test func `samples that cannot be are refused`() {
        var builder = FragmentBuilder(tracks: [Self.video])
        let sample = TrackSample(duration: 1, size: 0, isSync: true)
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        let isTaken = builder.append(
            track: 1, decodeTime: 0, sample: sample, wallNanoseconds: 0, bytes: empty)
        #expect(!isTaken)
        let isOther = append(to: &builder, track: 3, at: 0)
        #expect(!isOther)
        let isEmpty = builder.isEmpty
        #expect(isEmpty)
        var none = FragmentBuilder(tracks: [])
        let isNone = append(to: &none, track: 1, at: 0)
        #expect(!isNone)
        let nothing = flush(&none) == nil
        #expect(nothing)
        let waiting = none.pendingDuration
        #expect(waiting == .zero)
    }

    @Test func `a sample whose bytes could not be made leaves no trace`() throws {
        struct Failure: Error {}
        var builder = FragmentBuilder(tracks: [Self.video])
        append(to: &builder, track: 1, at: 0)
        do {
            try builder.append(
                track: 1, decodeTime: 3600,
                sample: TrackSample(duration: 3600, size: 100, isSync: false), wallNanoseconds: 0
            ) { _ in throw Failure() }
            Issue.record("the error is swallowed")
        } catch is Failure {}
        append(to: &builder, track: 1, at: 3600)
        let fragment = builder.flush()
        #expect(fragment?.runs.first?.samples.count == 2)
        #expect(fragment?.payloadByteCount == 10)
    }

    @Test func `what waits is measured by the video, or else by the longest track`() {
        var builder = FragmentBuilder(tracks: [Self.video, Self.sound])
        append(to: &builder, track: 2, at: 0, duration: 48_000)
        let sound = builder.pendingDuration
        #expect(sound == .seconds(1))
        append(to: &builder, track: 1, at: 0)
        append(to: &builder, track: 1, at: 3600)
        let video = builder.pendingDuration
        #expect(video == .milliseconds(80))
    }

    private func flush(_ builder: inout FragmentBuilder) -> Fragment? { builder.flush() }

    @discardableResult
    private func append(
        to builder: inout FragmentBuilder, track: UInt32, at time: UInt64, wall: Int64 = 0,
        isSync: Bool = true, duration: UInt32 = 3600
    ) -> Bool {
        let bytes: [UInt8] = [1, 2, 3, 4, 5]
        return bytes.withUnsafeBytes {
            builder.append(
                track: track, decodeTime: time,
                sample: TrackSample(duration: duration, size: 5, isSync: isSync),
                wallNanoseconds: wall, bytes: $0)
        }
    }
}
