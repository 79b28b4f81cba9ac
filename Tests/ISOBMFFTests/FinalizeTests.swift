import ISOBMFF
import TestSupport
import Testing

@Suite struct FinalizeTests {
    static let recipes: [TestClip.Recipe] = {
        var video = TestClip.Recipe()
        video.initSegment = "h264.init"
        var hevc = TestClip.Recipe()
        hevc.initSegment = "h265-aac.init"
        hevc.hasReordering = true
        var odd = TestClip.Recipe()
        odd.isIrregular = true
        odd.hasReordering = true
        odd.soundStart = 333
        odd.fragmentCount = 9
        return [TestClip.Recipe(), video, hevc, odd]
    }()

    @Test(arguments: recipes)
    func `a final clip has exactly the samples that were recorded`(
        recipe: TestClip.Recipe
    ) throws {
        for seed in 0..<20 as Range<UInt64> {
            let clip = try TestClip(seed: seed, recipe)
            let seen = try SeenSample.inFinal(try clip.finalBytes)
            let given = clip.given.map {
                SeenSample(
                    track: $0.track, decodeTime: $0.decodeTime,
                    compositionOffset: $0.compositionOffset, isSync: $0.isSync, bytes: $0.bytes)
            }
            #expect(seen.count == given.count)
            #expect((Set(seen) == Set(given)) as Bool)
        }
    }

    @Test(arguments: recipes)
    func `finalizing changes no byte of the media and can be undone`(
        recipe: TestClip.Recipe
    ) throws {
        let clip = try TestClip(seed: 1, recipe)
        let open = clip.openBytes
        let final = try clip.finalBytes
        let offset = clip.segment.moovOffset
        #expect((final[..<offset] == open[..<offset]) as Bool)
        #expect((final[(offset + 8)..<open.count] == open[(offset + 8)...]) as Bool)
        var restored = Array(final[..<open.count])
        restored.replace(at: offset, with: clip.segment.openHeader)
        #expect((restored == open) as Bool)
        #expect(offset + 8 <= 512)
    }

    @Test(arguments: recipes)
    func `open and final clips are found whole`(recipe: TestClip.Recipe) throws {
        let clip = try TestClip(seed: 2, recipe)
        let open = try ClipVerification(of: MemoryBytes(clip.openBytes))
        #expect(open.findings == [])
        #expect(open.state == .open)
        #expect(open.tables == clip.tables)
        let final = try ClipVerification(of: MemoryBytes(try clip.finalBytes))
        #expect(final.findings == [])
        #expect(final.state == .final)
        #expect(final.end == clip.end)
        #expect(final.header == clip.segment.header)
        #expect(final.tables == clip.tables)
    }

    @Test(arguments: recipes)
    func `durations are those of the samples`(recipe: TestClip.Recipe) throws {
        let clip = try TestClip(seed: 3, recipe)
        for table in clip.tables.tracks {
            let last = try #require(clip.given.last { $0.track == table.track.id })
            #expect(table.duration > 0)
            #expect(table.firstDecodeTime + table.duration > last.decodeTime)
        }
        let final = try clip.finalBytes
        let moov = try #require(topLevelBoxes(of: final).last { $0.type == "moov" }).range
        let tracks = try final[moov].withUnsafeBytes {
            try MovieSamples.read(moov: $0, fileByteCount: UInt64(final.count))
        }
        #expect(tracks.map(\.duration) == clip.tables.tracks.map(\.duration))
    }

    @Test func `a sample at the very end of 4 GiB is found by 64 bits`() throws {
        let clip = try TestClip(seed: 5)
        let limit = UInt64(clip.segment.moovOffset) + UInt64(UInt32.max)
        var tables = clip.tables
        let last = TrackRun(
            trackID: 1, baseDecodeTime: 1_000_000,
            samples: [TrackSample(duration: 512, size: 9, isSync: true)], dataOffset: 0)
        try tables.append(runs: [last], at: limit - 33)
        let tail = try Finalization(
            initSegment: clip.segment, tables: tables, end: clip.end, endOffset: limit
        ).tail
        let tracks = try tail.withUnsafeBytes {
            try MovieSamples.read(moov: $0, fileByteCount: limit)
        }
        #expect(tracks.first?.samples.last?.offset == limit - 33)
        #expect(tracks.first?.samples == tables.tracks.first?.samples)
        #expect(tracks.last?.samples == tables.tracks.last?.samples)
    }

    @Test func `fragments that do not fit the tables leave them as they were`() throws {
        let clip = try TestClip(seed: 6)
        var tables = clip.tables
        let good = TrackRun(
            trackID: 1, baseDecodeTime: 1_000_000,
            samples: [TrackSample(duration: 512, size: 9, isSync: true)], dataOffset: 0)
        var past = good
        past.baseDecodeTime = 0
        var strange = good
        strange.trackID = 77
        var far = good
        far.baseDecodeTime = .max
        var still = good
        still.samples[0].duration = 0
        for run in [past, strange, far, still] {
            #expect(throws: FormatError.self) { try tables.append(runs: [good, run], at: 9000) }
            #expect((tables == clip.tables) as Bool)
        }
        #expect(throws: FormatError.self) { try tables.append(runs: [good], at: .max) }
    }

    @Test func `a clip beyond 4 GiB is not finalized`() throws {
        let clip = try TestClip(seed: 4)
        #expect(throws: FormatError.self) {
            try Finalization(
                initSegment: clip.segment, tables: clip.tables, end: clip.end, endOffset: 5 << 30)
        }
        #expect(throws: FormatError.self) {
            try Finalization(
                initSegment: clip.segment, tables: clip.tables, end: clip.end, endOffset: 3)
        }
    }
}

extension SeenSample {
    init(
        track: UInt32, decodeTime: UInt64, compositionOffset: Int32, isSync: Bool, bytes: [UInt8]
    ) {
        self.track = track
        self.decodeTime = decodeTime
        self.compositionOffset = compositionOffset
        self.isSync = isSync
        self.bytes = bytes
    }
}
