import CFFmpeg
import Testing

@testable import AVRemux

@Suite struct SliceStartTests {
    private func continuation(_ bytes: [UInt8], _ codec: ParameterSets.Codec) -> Int? {
        bytes.withUnsafeBytes { SliceStart.continuation(in: $0, codec: codec) }
    }

    @Test func `a packet that begins with a picture's first slice is a picture`() {
        #expect(continuation([0, 0, 1, 9, 0x10, 0, 0, 1, 0x65, 0x88, 1], .h264) == nil)
        #expect(continuation([0, 0, 1, 0x26, 1, 0x80, 1], .hevc) == nil)
    }

    @Test func `a later slice goes on with the picture, whatever stands before it`() {
        #expect(continuation([0, 0, 1, 0x61, 0x40, 1], .h264) == 0)
        #expect(continuation([0, 0, 1, 0x67, 0x80, 0, 0, 1, 0x65, 0x40, 1], .h264) == 5)
        #expect(continuation([0, 0, 1, 0x42, 1, 0x80, 0, 0, 1, 0x26, 1, 0x40, 1], .hevc) == 6)
    }

    @Test(arguments: [
        [], [0, 0, 1], [0, 0, 1, 0x65], [0, 0, 1, 0x67, 0x40, 1], [1, 2, 3, 4, 5],
    ])
    func `what holds no slice goes on with nothing`(bytes: [UInt8]) {
        #expect(continuation(bytes, .h264) == nil)
    }

    @Test(arguments: [(100, 100), (100, nil), (nil, 100)] as [(Int64?, Int64?)])
    func `the rest of a picture joins it, the next picture does not`(
        firstTime: Int64?, restTime: Int64?
    ) throws {
        var joiner = PictureJoiner(codec: .h264)
        let first = try Packet([0, 0, 1, 0x65, 0x88], pts: firstTime)
        let rest = try Packet([0, 0, 1, 0x67, 0x42, 0, 0, 1, 0x65, 0x40], pts: restTime)
        let next = try Packet([0, 0, 1, 0x61, 0x80], pts: 200)
        let torn = try Packet([0, 0, 1, 0x61, 0x40], pts: 300)
        #expect(try !joiner.joins(first))
        #expect(try joiner.joins(rest))
        #expect(Array(first.bytes) == [0, 0, 1, 0x65, 0x88, 0, 0, 1, 0x65, 0x40])
        #expect(try !joiner.joins(next))
        #expect(try !joiner.joins(torn), "its beginning was lost, and it is shown later")
    }
}

extension Packet {
    /// A packet of these bytes.
    fileprivate convenience init(_ bytes: [UInt8], pts: Int64?) throws {
        try self.init()
        try bytes.withUnsafeBytes { try append($0) }
        if let pts { pointer.pointee.pts = pts }
    }
}
