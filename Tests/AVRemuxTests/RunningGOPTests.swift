import CFFmpeg
import Platform
import Testing

@testable import AVRemux

/// What is kept of a camera for somebody who comes to watch.
struct RunningGOPTests {
    private var gop = RunningGOP()

    private mutating func take(isKey: Bool, size: Int = 1000) throws {
        let frame = ClipSequence.Frame(
            packet: try Packet(), dts: 0, compositionOffset: 0, isKey: isKey,
            arrival: MonotonicTime(nanoseconds: 0), wall: WallTime(nanoseconds: 0))
        gop.append(RunningGOP.Picture(frame: frame, duration: 3600, size: size))
    }

    @Test mutating func `pictures are kept from the last key frame on`() throws {
        try take(isKey: false)
        #expect(gop.pictures.isEmpty)
        for _ in 0..<2 {
            try take(isKey: true)
            for _ in 0..<9 { try take(isKey: false) }
        }
        #expect(gop.pictures.count == 10)
        #expect(gop.pictures[0].frame.isKey)
    }

    @Test(arguments: [(RunningGOP.greatestByteCount / 10, 11), (10, RunningGOP.greatestCount + 1)])
    mutating func `a GOP that outgrows its bound is dropped whole until the next key frame`(
        size: Int, count: Int
    ) throws {
        try take(isKey: true, size: size)
        for _ in 2..<count { try take(isKey: false, size: size) }
        #expect(gop.pictures.count == count - 1)
        try take(isKey: false, size: size)
        try take(isKey: false, size: size)
        #expect(gop.pictures.isEmpty)
        try take(isKey: true, size: size)
        #expect(gop.pictures.count == 1)
    }
}
