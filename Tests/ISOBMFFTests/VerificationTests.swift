import ISOBMFF
import TestSupport
import Testing

@Suite struct VerificationTests {
    @Test func `every flipped byte of a clip is found`() throws {
        var recipe = TestClip.Recipe()
        recipe.fragmentCount = 2
        recipe.largestSample = 30
        let clip = try TestClip(seed: 1, recipe)
        let free = 8..<28
        let placeholder = clip.segment.moovOffset - 8..<clip.segment.moovOffset
        for bytes in [clip.openBytes, try clip.finalBytes] {
            for index in stride(from: 0, to: bytes.count, by: 3)
            where !free.contains(index) && !placeholder.contains(index) {
                var damaged = bytes
                damaged[index] ^= 0x20
                let verification = try ClipVerification(of: MemoryBytes(damaged))
                #expect(!verification.isWhole, "byte \(index) of \(bytes.count)")
            }
        }
    }

    @Test func `a damaged fragment is named by its place and costs no other`() throws {
        let clip = try TestClip(seed: 2)
        for bytes in [clip.openBytes, try clip.finalBytes] {
            var damaged = bytes
            damaged[clip.offsets[2] - 50] ^= 1
            let verification = try ClipVerification(of: MemoryBytes(damaged))
            #expect(
                verification.findings.map(\.description) == [
                    "at byte \(clip.offsets[1]): fragment: the checksum differs from the bytes"
                ])
            #expect(verification.tables?.fragmentCount == 3)
        }
    }

    @Test func `fragments behind a bad sector are found again`() throws {
        let clip = try TestClip(seed: 3)
        var damaged = clip.openBytes
        // The header of the second fragment's moof.
        damaged.replace(at: clip.offsets[1] + 32, with: [9, 9, 9, 9, 9, 9, 9, 9])
        let verification = try ClipVerification(of: MemoryBytes(damaged))
        #expect(verification.findings.map(\.offset) == [UInt64(clip.offsets[1])])
        #expect(verification.tables?.fragmentCount == 3)
        var disk = CrashedDisk(damaged)
        guard case .alreadyFinal(let end) = try disk.recover() else {
            Issue.record("the clip is not recovered")
            return
        }
        #expect(end.fragmentCount == 3)
        #expect(try SeenSample.inFinal(disk.bytes).count == clip.given.count - 12)
    }

    @Test func `a torn end is told with its size`() throws {
        let clip = try TestClip(seed: 4)
        let cut = Array(clip.openBytes.dropLast(100))
        let verification = try ClipVerification(of: MemoryBytes(cut))
        let start = try #require(clip.offsets.last)
        #expect(
            verification.findings.map(\.description) == [
                "at byte \(start): \(cut.count - start) bytes at the end: a torn fragment"
            ])
    }

    @Test func `a moov that tells of other samples is found`() throws {
        let clip = try TestClip(seed: 5)
        let other = try TestClip(seed: 6)
        let end = UInt64(clip.openBytes.count)
        let wrong = try Finalization(
            initSegment: clip.segment, tables: other.tables, end: clip.end, endOffset: end)
        var bytes = clip.openBytes + wrong.tail
        bytes.replace(at: clip.segment.moovOffset, with: wrong.header)
        let verification = try ClipVerification(of: MemoryBytes(bytes))
        #expect(!verification.isWhole)
        #expect(verification.findings.allSatisfy { $0.offset == end })
    }

    @Test func `a failing disk is an error, not a finding`() throws {
        struct BadDisk: RandomAccess {
            var byteCount: UInt64 { 1000 }
            func read(
                at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
            ) throws(ReadError) -> Int {
                throw ReadError(offset: offset, reason: "Input/output error")
            }
        }
        let error = #expect(throws: ReadError.self) { try ClipVerification(of: BadDisk()) }
        #expect(error?.description == "reading at byte 0: Input/output error")
        #expect(throws: ReadError.self) { try RecoveryPlan.make(for: BadDisk()) }
    }

    @Test func `a disk that gives one byte at a time is read all the same`() throws {
        struct SlowDisk: RandomAccess {
            var bytes: MemoryBytes
            var byteCount: UInt64 { bytes.byteCount }
            func read(
                at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
            ) throws(ReadError) -> Int {
                try bytes.read(
                    at: offset,
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(1)))
            }
        }
        let clip = try TestClip(seed: 7)
        let slow = SlowDisk(bytes: MemoryBytes(try clip.finalBytes))
        #expect(try ClipVerification(of: slow).isWhole)
        #expect(try RecoveryPlan.make(for: slow) == .alreadyFinal(clip.end))
    }
}
