import ISOBMFF
import TestSupport
import Testing

@Suite struct RecoveryTests {
    @Test func `a clip cut at any byte keeps all fragments before the cut`() throws {
        let clip = try TestClip(seed: 1)
        let open = clip.openBytes
        let boundaries = Set(
            topLevelBoxes(of: open).flatMap { [$0.range.lowerBound, $0.range.upperBound - 1] })
        for length in 0...open.count where length % 7 == 0 || boundaries.contains(length) {
            var disk = CrashedDisk(Array(open[..<length]))
            try expectRecovery(of: &disk, clip, upTo: length)
        }
    }

    @Test func `zeros or garbage after a cut cost no whole fragment`() throws {
        var random = SeededGenerator(seed: 7)
        for seed in 0..<500 as Range<UInt64> {
            var recipe = TestClip.Recipe()
            recipe.isIrregular = seed % 2 == 0
            let clip = try TestClip(seed: seed, recipe)
            let open = clip.openBytes
            let first = clip.segment.bytes.count
            let length = Int.random(in: first...open.count, using: &random)
            let tail = Int.random(in: 1...3000, using: &random)
            let zeros = [UInt8](repeating: 0, count: tail)
            for tail in [zeros, random.bytes(tail)] {
                var disk = CrashedDisk(open[..<length] + tail)
                try expectRecovery(of: &disk, clip, upTo: length, hasTail: true)
            }
        }
    }

    @Test func `zeros inside the last fragment are noticed with and without a checksum`() throws {
        let clip = try TestClip(seed: 3)
        let open = clip.openBytes
        let last = try #require(clip.offsets.last)
        for cut in stride(from: last + 40, to: open.count - 24, by: 7) {
            let zeros = [UInt8](repeating: 0, count: open.count - 24 - cut)
            var sealed = CrashedDisk(open[..<cut] + zeros + open[(open.count - 24)...])
            try expectRecovery(of: &sealed, clip, upTo: last)
        }
        let mdat = open.count - 24
        var unsealed = CrashedDisk(Array(open[..<mdat]))
        guard case .finalize(let length, _, _) = try unsealed.plan else {
            Issue.record("a whole fragment without its checksum box is not recovered")
            return
        }
        #expect(length == UInt64(mdat))
        // The video's samples come first; only they can be judged without a checksum.
        let video = try #require(clip.fragments.last?.runs.first)
        let end = last + video.dataOffset + Int(video.byteCount)
        for index in (end - 40)..<mdat { unsealed.bytes[index] = 0 }
        try expectRecovery(of: &unsealed, clip, upTo: last)
    }

    @Test func `recovery killed after any write is finished by the next one`() throws {
        let clip = try TestClip(seed: 4)
        let open = clip.openBytes
        for cut in [0, 1, 24, 25, 500] {
            let torn = Array(open[..<(open.count - cut)])
            var reference = CrashedDisk(torn)
            _ = try reference.recover()
            let states = CrashedDisk(torn).states(following: try CrashedDisk(torn).plan)
            #expect(states.count == 9)
            for (step, state) in states.enumerated() {
                var disk = CrashedDisk(state)
                guard case .alreadyFinal = try disk.recover() else {
                    Issue.record("the clip is not final")
                    continue
                }
                // Zeros where the checksum box was to come: the fragment cannot be judged then.
                if step == 7, cut > 0, cut <= 24 { continue }
                #expect((disk.bytes == reference.bytes) as Bool, "cut \(cut), step \(step)")
            }
        }
    }

    @Test func `a clip that says final without a whole index is made final again`() throws {
        let clip = try TestClip(seed: 5)
        let final = try clip.finalBytes
        let open = clip.openBytes
        var damaged = (open.count..<final.count).map { Array(final[..<$0]) }
        for index in stride(from: open.count, to: final.count, by: 11) {
            var bytes = final
            bytes[index] ^= 0x40
            damaged.append(bytes)
        }
        damaged.append(open + [UInt8](repeating: 0, count: final.count - open.count))
        damaged[damaged.count - 1].replace(
            at: clip.segment.moovOffset, with: try clip.finalization.header)
        damaged.append(final + [0, 0, 0])
        for bytes in damaged {
            guard case .restoreHeader(let offset, let header) = try CrashedDisk(bytes).plan else {
                Issue.record("the header of \(bytes.count) bytes is not restored")
                continue
            }
            #expect(offset == UInt64(clip.segment.moovOffset))
            #expect(header == clip.segment.openHeader)
            var disk = CrashedDisk(bytes)
            guard case .alreadyFinal(let end) = try disk.recover() else {
                Issue.record("the clip is not final")
                continue
            }
            #expect(end.reason == .recovered)
            let isSame = try SeenSample.inFinal(disk.bytes) == SeenSample.inFinal(final)
            #expect(isSame)
        }
    }

    @Test func `a final clip needs nothing`() throws {
        let clip = try TestClip(seed: 6)
        #expect(try CrashedDisk(try clip.finalBytes).plan == .alreadyFinal(clip.end))
    }

    @Test func `a recovered clip ends when its last fragment did`() throws {
        let clip = try TestClip(seed: 7)
        guard case .finalize(_, let end, _) = try CrashedDisk(clip.openBytes).plan else {
            Issue.record("no plan to finalize")
            return
        }
        // Four fragments of 0.2 s, each arriving 0.2 s after the one before.
        #expect(end.endUTC == clip.segment.header.startUTC + 800_000_000)
        #expect(end.reason == .recovered)
        #expect(end.primarySampleCount == 20)
        #expect(end.otherSampleCount == 28)
        #expect(end.fragmentCount == 4)
        #expect(end.payloadByteCount == clip.tables.payloadByteCount)
    }

    @Test func `contents known to be on the disk are not read again`() throws {
        let clip = try TestClip(seed: 8)
        var bytes = clip.openBytes
        bytes[clip.offsets[1] + clip.fragments[1].byteCount - 30] ^= 1
        let source = MemoryBytes(bytes)
        let all = try RecoveryPlan.make(for: source)
        let known = try RecoveryPlan.make(for: source, verifyFrom: UInt64(clip.offsets[3]))
        guard case .finalize(_, let allEnd, _) = all, case .finalize(_, let knownEnd, _) = known
        else {
            Issue.record("no plans to finalize")
            return
        }
        #expect(allEnd.fragmentCount == 3)
        #expect(knownEnd.fragmentCount == 4)
    }

    @Test func `files that are no clips are kept and named`() throws {
        let clip = try TestClip(seed: 9)
        #expect(try CrashedDisk([]).plan == .empty)
        #expect(try CrashedDisk([UInt8](repeating: 0, count: 100_000)).plan == .empty)
        let foreign = try Fixture.bytes("boxes/h264-aac.init")
        for bytes in [Array("not a clip at all".utf8), SeededGenerated.garbage, foreign] {
            guard case .quarantine(let reason) = try CrashedDisk(bytes).plan else {
                Issue.record("garbage is not quarantined")
                continue
            }
            #expect(reason.hasPrefix("not a clip"))
        }
        // A whole init segment followed by what is no fragment: a person must look.
        let odd = clip.segment.bytes + Array("something that is no box".utf8)
        guard case .quarantine = try CrashedDisk(odd).plan else {
            Issue.record("unknown media are not quarantined")
            return
        }
    }

    /// Recovers `disk` and expects every fragment of `clip` that ends before `length`.
    private func expectRecovery(
        of disk: inout CrashedDisk, _ clip: TestClip, upTo length: Int,
        hasTail: Bool = false
    ) throws {
        let ends = zip(clip.offsets, clip.fragments).map { $0 + $1.byteCount }
        // Where the file ends in the last 24 bytes, the checksum box, the fragment counts as whole.
        let count = ends.count { $0 - (hasTail ? 0 : 24) <= length }
        let plan = try disk.recover()
        guard count > 0 else {
            if case .quarantine = plan, hasTail { return }
            #expect(plan == .empty, "cut at \(length)")
            return
        }
        guard case .alreadyFinal(let end) = plan else {
            Issue.record("cut at \(length): \(plan)")
            return
        }
        #expect(end.fragmentCount == count, "cut at \(length)")
        let open = clip.openBytes
        let body = clip.segment.moovOffset + 8..<ends[count - 1] - 24
        #expect((disk.bytes[body] == open[body]) as Bool)
        #expect(try ClipVerification(of: MemoryBytes(disk.bytes)).findings == [])
        let once = disk.bytes
        #expect(try disk.recover() == plan)
        #expect((disk.bytes == once) as Bool)
    }
}

enum SeededGenerated {
    static let garbage: [UInt8] = {
        var random = SeededGenerator(seed: 99)
        return random.bytes(5000)
    }()
}
