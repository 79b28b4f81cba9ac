import ISOBMFF
import TestSupport
import Testing

@Suite struct InitSegmentTests {
    static let header = ClipHeader(
        cameraName: "Hof – Süd", startUTC: -5, startMonotonic: 77, bootID: Array(1...16),
        sequence: .max, isClockUncertain: true)

    @Test func `tracks and header are read back in both states`() throws {
        let muxer = try Fixture.bytes("boxes/h264-aac.init")
        let segment = try muxer.withUnsafeBytes {
            try InitSegment(muxerBytes: $0, header: Self.header)
        }
        #expect(topLevelBoxes(of: segment.bytes).map(\.type) == ["ftyp", "uuid", "free", "moov"])
        #expect(segment.bytes.suffix(muxer.count - 28) == muxer.suffix(muxer.count - 28))
        #expect(segment.header == Self.header)
        let video = try #require(segment.tracks.first)
        let sound = try #require(segment.tracks.last)
        #expect(segment.tracks.count == 2)
        #expect(video.isPrimary)
        #expect(video.handler == "vide")
        #expect(video.codec == "avc1")
        #expect(video.timescale == 12_800)
        #expect([video.width, video.height] == [64, 48])
        #expect(!sound.isPrimary)
        #expect(sound.handler == "soun")
        #expect(sound.codec == "mp4a")
        #expect(sound.sampleRate == 8000)
        let open = try InitSegment.read(from: MemoryBytes(segment.bytes + [1, 2, 3]))
        #expect(open.segment == segment)
        #expect(open.state == .open)
        var bytes = segment.bytes
        bytes.replace(at: segment.moovOffset, with: [0, 1, 0, 0] + Array("mdat".utf8))
        let final = try InitSegment.read(from: MemoryBytes(bytes))
        #expect(final.segment == segment)
        #expect(final.state == .final)
    }

    @Test func `every flipped bit of an init segment is noticed`() throws {
        let segment = try TestClip(seed: 1).segment
        // The brands of ftyp and the zeros of free carry no checksum, and nothing hangs on them.
        let free = segment.moovOffset - 8..<segment.moovOffset
        for index in 28..<segment.bytes.count where !free.contains(index) {
            var bytes = segment.bytes
            bytes[index] ^= 0x10
            #expect(throws: ClipReadError.self) {
                _ = try InitSegment.read(from: MemoryBytes(bytes)).state
            }
        }
    }

    @Test(arguments: [
        ("", "it is empty"), ("moov", "it begins with 'moov'"),
        ("ftyp", "ends before all its fields"),
    ])
    func `what is no clip is named`(type: String, expected: String) throws {
        let bytes = type.isEmpty ? [] : [0, 0, 0, 8] + Array(type.utf8)
        let error = #expect(throws: ClipReadError.self) {
            _ = try InitSegment.read(from: MemoryBytes(bytes)).state
        }
        #expect(error?.description.contains(expected) == true)
    }

    @Test func `a plain mp4 is no clip of ours and says so`() throws {
        let plain = try Fixture.bytes("boxes/h264.init")
        let error = #expect(throws: ClipReadError.self) {
            _ = try InitSegment.read(from: MemoryBytes(plain)).state
        }
        #expect(error?.description.hasPrefix("not a clip: 'moov' stands where") == true)
    }

    @Test func `a moov without mvex is refused`() throws {
        let final = try TestClip(seed: 2).finalBytes
        let boxes = topLevelBoxes(of: final)
        let moov = try #require(boxes.last { $0.type == "moov" })
        let bytes = Array(final[boxes[0].range] + final[moov.range])
        #expect(throws: FormatError.missing("mvex", in: "moov")) {
            try bytes.withUnsafeBytes { try InitSegment(muxerBytes: $0, header: Self.header) }
        }
    }

    @Test func `a camera name of any length fits and keeps whole characters`() throws {
        let muxer = try Fixture.bytes("boxes/h264.init")
        for (name, expected) in [
            ("", ""), (String(repeating: "ü", count: 40), String(repeating: "ü", count: 16)),
            (String(repeating: "a", count: 31) + "ü", String(repeating: "a", count: 31)),
        ] {
            let header = ClipHeader(
                cameraName: name, startUTC: 0, startMonotonic: 0, bootID: [1], sequence: 0)
            let segment = try muxer.withUnsafeBytes {
                try InitSegment(muxerBytes: $0, header: header)
            }
            let read = try InitSegment.read(from: MemoryBytes(segment.bytes)).segment
            #expect(read.header.cameraName == expected)
            #expect(read.header.bootID.count == 16)
            #expect(read.moovOffset == segment.moovOffset)
        }
    }

    @Test(arguments: EndReason.allCases)
    func `the end record is read back`(reason: EndReason) throws {
        let clip = try TestClip(seed: 3)
        let end = ClipEnd(
            endUTC: .min, endMonotonic: .max, mediaDuration: 1, payloadByteCount: .max,
            primarySampleCount: 2, otherSampleCount: 3, fragmentCount: 4, lostPacketCount: 5,
            timeRepairCount: 6, reason: reason)
        let tail = try Finalization(
            initSegment: clip.segment, tables: clip.tables, end: end, endOffset: 10_000
        ).tail
        #expect(try ClipEnd.read(from: MemoryBytes(tail)) == end)
        #expect(tail.suffix(ClipEnd.byteCount).dropFirst(4).prefix(4).elementsEqual("uuid".utf8))
        for index in tail.count - ClipEnd.byteCount..<tail.count {
            var bytes = tail
            bytes[index] ^= 1
            #expect(try ClipEnd.read(from: MemoryBytes(bytes)) == nil)
        }
        #expect(try ClipEnd.read(from: MemoryBytes([])) == nil)
    }

    @Test func `looking at a clip's two ends reads a few KB of it`() throws {
        final class Counter: RandomAccess {
            let bytes: MemoryBytes
            var readCount = 0
            init(_ bytes: [UInt8]) { self.bytes = MemoryBytes(bytes) }
            var byteCount: UInt64 { bytes.byteCount }
            func read(
                at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
            ) throws(ReadError) -> Int {
                let count = try bytes.read(at: offset, into: buffer)
                readCount += count
                return count
            }
        }
        var recipe = TestClip.Recipe()
        recipe.largestSample = 50_000
        let clip = try TestClip(seed: 4, recipe)
        let counter = Counter(try clip.finalBytes)
        #expect(try InitSegment.read(from: counter).segment == clip.segment)
        #expect(try ClipEnd.read(from: counter) == clip.end)
        #expect(counter.readCount <= 8192)
        #expect(counter.byteCount > 300_000)
    }
}
