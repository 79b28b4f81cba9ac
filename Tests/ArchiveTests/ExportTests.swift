import ISOBMFF
import Platform
import TestSupport
import Testing

@testable import Archive

@Suite(.ownThread, .timeLimit(.minutes(2)))
struct ExportTests {
    private let volume = ExportVolume()

    /// Three clips of 10, 7 and 13 seconds that follow each other.
    private func threeClips() throws -> ExportTape {
        let tape = try ExportTape(seconds: 30)
        for clip in [0.0..<10, 10..<17, 17..<30] {
            try volume.add(tape, clip, at: clip.lowerBound)
        }
        return tape
    }

    private func expect(
        _ samples: [ExportedFile.Sample], _ tape: [ExportTape.Sample],
        _ location: SourceLocation = #_sourceLocation
    ) {
        let base = tape.first?.time ?? 0
        let expected = tape.map {
            ExportedFile.Sample(
                time: $0.time - base, compositionOffset: $0.compositionOffset, isSync: $0.isSync,
                bytes: $0.bytes)
        }
        #expect(samples.count == expected.count, sourceLocation: location)
        #expect((samples == expected) as Bool, sourceLocation: location)
    }

    @Test func `everything of three clips is there, once and in its time`() throws {
        let tape = try threeClips()
        let file = try volume.export(0, 30)
        #expect(file.boxes == ["ftyp", "moov", "mdat"])
        expect(file.tracks[0], tape.samples(0, 0..<30))
        expect(file.tracks[1], tape.samples(1, 0..<30))
        #expect(file.plan.gaps == [])
        #expect(file.plan.lead == .zero)
        #expect(file.plan.covered == [ExportVolume.time(0)..<ExportVolume.time(30)])
    }

    @Test func `an export begins at the key frame before and ends with the last frame before`()
        throws
    {
        let tape = try threeClips()
        let file = try volume.export(8.5, 18.3)
        let end = 18.32  // the frame that begins at 18.28 s
        expect(file.tracks[0], tape.samples(0, 8..<end))
        #expect(file.plan.lead == .milliseconds(500))
        #expect(file.plan.start == ExportVolume.time(8))
        #expect(file.plan.end == ExportVolume.time(18.32))
    }

    @Test func `any range of any clips has exactly its frames`() throws {
        var random = SeededGenerator(seed: 7)
        for seed in 0..<15 as Range<UInt64> {
            let volume = ExportVolume()
            let tape = try ExportTape(seconds: 14, seed: seed, size: 20)
            var start = 0.0
            while start < 14 {
                let end = min(14, start + Double(Int.random(in: 1...5, using: &random)))
                try volume.add(tape, start..<end, at: start)
                start = end
            }
            // Off the frames' own times, where rounding decides.
            let from = Double(Int.random(in: 0..<325, using: &random)) * 0.04 + 0.013
            let to = from + Double(Int.random(in: 1..<200, using: &random)) * 0.04
            let file = try volume.export(from, to)
            let last = min(14, (to / 0.04).rounded(.up) * 0.04)
            let taken = tape.samples(0, from.rounded(.down)..<last - 0.001)
            #expect(file.tracks[0].map(\.bytes) == taken.map(\.bytes), "\(seed): \(from) to \(to)")
            expect(file.tracks[0], taken)
        }
    }

    @Test func `a clip that is being recorded is taken as far as it is`() throws {
        let tape = try ExportTape(seconds: 20)
        try volume.add(tape, 0..<10, at: 0)
        try volume.add(tape, 10..<16, at: 10, .init(isOpen: true))
        let file = try volume.export(5, 30)
        expect(file.tracks[0], tape.samples(0, 5..<16))
        #expect(file.plan.gaps.count == 1)
        #expect(file.plan.gaps.first?.end == ExportVolume.time(30))
    }

    @Test func `a gap stays time and is listed`() throws {
        let tape = try ExportTape(seconds: 20)
        try volume.add(tape, 0..<10, at: 0)
        try volume.add(tape, 10..<20, at: 70)
        let file = try volume.export(0, 80)
        #expect(file.tracks[0].map(\.bytes) == tape.samples(0, 0..<20).map(\.bytes))
        #expect(file.tracks[0][250].time == 70 * UInt64(tape.tracks[0].timescale))
        #expect(abs((file.durations.first ?? 0) - 80) < 0.001)
        #expect(
            file.plan.gaps
                == [CoverageGap(start: ExportVolume.time(10), end: ExportVolume.time(70))])
    }

    @Test func `a camera whose clock runs slow is exported in true time`() throws {
        let tape = try ExportTape(seconds: 20)
        // Ten seconds by the camera are eleven and a half by ours.
        try volume.add(tape, 0..<10, at: 0, .init(slowness: 1.15))
        try volume.add(tape, 10..<20, at: 11.5, .init(slowness: 1.15))
        let file = try volume.export(0, 23)
        #expect(file.tracks[0].count == 500)
        let scale = Double(tape.tracks[0].timescale)
        #expect(abs(Double(file.tracks[0][250].time) / scale - 11.5) < 0.002)
        #expect(abs(Double(file.tracks[0][125].time) / scale - 5.75) < 0.002)
        #expect(abs((file.durations.first ?? 0) - 23) < 0.01)
        #expect(file.plan.gaps == [])
    }

    @Test func `frames that arrive late leave the times between them as they were`() throws {
        let tape = try ExportTape(seconds: 20)
        try volume.add(tape, 0..<10, at: 0)
        try volume.add(tape, 10..<15, at: 10.12)
        try volume.add(tape, 15..<20, at: 14.95)
        let file = try volume.export(0, 20)
        expect(file.tracks[0], tape.samples(0, 0..<20))
    }

    @Test func `a clock that was set is a step and no gap`() throws {
        let tape = try ExportTape(seconds: 20)
        try volume.add(tape, 0..<10, at: 0, .init(clockError: -3600, isClockUncertain: true))
        try volume.add(tape, 10..<20, at: 10)
        let file = try volume.export(-3600, 20)
        expect(file.tracks[0], tape.samples(0, 0..<20))
        #expect(file.plan.clockSteps.map(\.nanoseconds) == [3_600_000_000_000])
    }

    @Test func `a clock that was set back does not make time run backwards`() throws {
        let tape = try ExportTape(seconds: 20)
        try volume.add(tape, 0..<10, at: 0, .init(boot: 1))
        try volume.add(tape, 10..<20, at: 5, .init(boot: 2))
        let file = try volume.export(0, 20)
        #expect(file.tracks[0].count == 500)
        #expect(zip(file.tracks[0], file.tracks[0].dropFirst()).allSatisfy { $0.time < $1.time })
        let step = try #require(file.plan.clockSteps.first)
        #expect(abs(step.nanoseconds + 5_000_000_000) < 20_000_000)
    }

    @Test func `another codec is refused with ranges that can be exported`() throws {
        try volume.add(try ExportTape(seconds: 10), 0..<10, at: 0)
        let other = try ExportTape(seconds: 10, boxes: "h265-aac.init")
        try volume.add(other, 0..<10, at: 10.0005)
        let error = #expect(throws: ExportError.self) { try volume.prepare(0, 20) }
        guard case .severalKinds(let ranges, let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("avc1"))
        #expect(ranges.count == 2)
        #expect(error?.description.contains("T09:00:10.001") != nil)
        for range in ranges {
            let request = ExportRequest(camera: "yard", range: range)
            let plan = try Exporter(folder: volume.folder.path).prepare(request).plan
            #expect(plan.sources.count == 1)
        }
    }

    @Test func `clips with and without sound go together`() throws {
        let silent = try ExportTape(seconds: 10, boxes: "h264.init")
        let tape = try ExportTape(seconds: 20)
        try volume.add(silent, 0..<10, at: 0)
        try volume.add(tape, 10..<20, at: 10)
        let file = try volume.export(0, 20)
        #expect(file.tracks.count == 2)
        #expect(file.tracks[0].count == 500)
        // The sound begins when its clip does: an empty edit stands before it.
        let first = try #require(file.tracks[1].first)
        #expect(abs(Double(first.time) / Double(tape.tracks[1].timescale) - 10) < 0.2)
        #expect(file.tracks[1].map(\.bytes) == tape.samples(1, 10..<20).map(\.bytes))
    }

    @Test func `nothing in the range is told with what there is`() throws {
        _ = try threeClips()
        let error = #expect(throws: ExportError.self) { try volume.prepare(100, 200) }
        guard case .nothing(_, let recorded)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(recorded?.lowerBound == ExportVolume.time(0))
        let unknown = #expect(throws: ExportError.self) {
            try volume.prepare(0, 10, camera: "attic")
        }
        #expect(unknown?.description == "there are no clips of 'attic'")
    }

    @Test func `the catalog lists clips, open ones too, with what lies between them`() throws {
        let tape = try ExportTape(seconds: 20)
        try volume.add(tape, 0..<10, at: 0)
        try volume.add(tape, 10..<14, at: 40, .init(isOpen: true))
        try volume.add(tape, 0..<10, at: 0, .init(camera: "attic"))
        let catalog = try FolderCatalog(folder: volume.folder.path)
        let all = try catalog.clips(ClipQuery())
        #expect(all.cameras == ["attic", "yard"])
        let yard = all.timeline(of: "yard")
        #expect(yard.places.map(\.clip.state) == [.final, .open])
        let ends = yard.places.map { ($0.end - ExportVolume.start).seconds }
        #expect(zip(ends, [10, 44]).allSatisfy { abs($0 - $1) < 0.02 }, "\(ends)")
        #expect(yard.gaps.count == 1)
        let later = ClipQuery(
            camera: "yard", range: ExportVolume.time(11)..<ExportVolume.time(50))
        #expect(try catalog.clips(later).clips.map(\.state) == [.open])
    }
}
