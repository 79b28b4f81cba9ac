import TestSupport
import Testing

@testable import AVRemux

@Suite struct AnnexBTests {
    private func units(_ bytes: [UInt8]) -> [[UInt8]] {
        var found: [Range<Int>] = []
        bytes.withUnsafeBytes { AnnexB.findUnits(in: $0, into: &found) }
        return found.map { Array(bytes[$0]) }
    }

    @Test func `start codes of three and of four bytes begin units`() {
        #expect(units([0, 0, 0, 1, 9, 8, 0, 0, 1, 7]) == [[9, 8], [7]])
    }

    @Test func `bytes before the first start code and zeros after a unit belong to none`() {
        #expect(units([5, 5, 0, 0, 1, 9, 0, 0, 0, 0, 0, 1, 7, 0, 0]) == [[9], [7]])
    }

    @Test(arguments: [[], [0], [0, 0, 1], [0, 0, 0, 1], [1, 2, 3], [0, 0, 1, 0, 0, 1]])
    func `nothing in, nothing out`(bytes: [UInt8]) {
        #expect(units(bytes).isEmpty)
    }

    @Test(arguments: 0..<100)
    func `units survive the way into MP4 whatever their length`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var original: [[UInt8]] = []
        var stream: [UInt8] = []
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            // A unit ends with a byte that is not zero and holds no start code.
            let length = Int.random(in: 0...40, using: &random)
            let body = (0..<length).map { _ in UInt8.random(in: 1...255, using: &random) }
            original.append(body + [0x80])
            stream += Bool.random(using: &random) ? [0, 0, 0, 1] : [0, 0, 1]
            stream += body + [0x80]
        }
        #expect(units(stream) == original)
        let converted = stream.withUnsafeBytes { bytes -> [UInt8] in
            var found: [Range<Int>] = []
            AnnexB.findUnits(in: bytes, into: &found)
            return [UInt8](unsafeUninitializedCapacity: AnnexB.lengthPrefixedSize(of: found)) {
                AnnexB.writeLengthPrefixed(found, of: bytes, to: UnsafeMutableRawBufferPointer($0))
                $1 = AnnexB.lengthPrefixedSize(of: found)
            }
        }
        let expected = original.reduce(into: [UInt8]()) { $0 += [0, 0, 0, UInt8($1.count)] + $1 }
        #expect(converted == expected)
    }
}
