import ISOBMFF
import TestSupport
import Testing

@Suite struct BoxTests {
    @Test func `what is written as boxes is read as boxes`() throws {
        var writer = BoxWriter()
        writer.box("abcd") { writer in
            writer.append(UInt8(1))
            writer.append(Int32(-2))
            writer.fullBox("efgh", version: 1, flags: 0x010203) { $0.append(UInt64.max) }
        }
        writer.box("free") { _ in }
        try writer.bytes.withUnsafeBytes { bytes in
            var list = BoxList(bytes)
            let first = try #require(try list.next())
            #expect(first.type == "abcd")
            #expect(first.bytes.count == 8 + 5 + 20)
            var reader = first.reader
            #expect(try reader.read(UInt8.self) == 1)
            #expect(try reader.read(Int32.self) == -2)
            var inner = try Box(reader.take(reader.remaining)).reader
            let word = try inner.versionAndFlags()
            #expect(word == (1, 0x010203))
            #expect(try inner.read(UInt64.self) == .max)
            #expect(throws: FormatError.truncated("efgh")) { try inner.read(UInt8.self) }
            #expect(try list.next()?.type == "free")
            #expect(try list.next()?.type == nil)
        }
    }

    @Test func `sizes of 64 bits and sizes to the end are understood`() throws {
        let long: [UInt8] = [0, 0, 0, 1] + Array("mdat".utf8) + [0, 0, 0, 0, 0, 0, 0, 18, 7, 7, 9]
        try long.withUnsafeBytes { bytes in
            let box = try Box(bytes)
            #expect(box.bytes.count == 18)
            #expect(Array(box.body) == [7, 7])
        }
        let open: [UInt8] = [0, 0, 0, 0] + Array("mdat".utf8) + [1, 2, 3]
        let count = try open.withUnsafeBytes { try Box($0).body.count }
        #expect(count == 3)
    }

    @Test(
        arguments: [
            [], [0, 0, 0], [0, 0, 0, 7, 0x66, 0x72, 0x65, 0x65],
            [0, 0, 0, 9, 0x66, 0x72, 0x65, 0x65],
            [0, 0, 0, 1, 0x66, 0x72, 0x65, 0x65, 0, 0],
            [0, 0, 0, 1, 0x66, 0x72, 0x65, 0x65, 0, 0, 0, 0, 0, 0, 0, 15],
            [0, 0, 0, 1, 0x66, 0x72, 0x65, 0x65, 255, 255, 255, 255, 255, 255, 255, 255],
        ] as [[UInt8]])
    func `impossible headers are errors`(bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            _ = #expect(throws: FormatError.self) { _ = try Box(bytes).type }
        }
    }

    @Test func `a code of four characters reads as text`() {
        #expect(FourCC("moov").rawValue == 0x6d6f_6f76)
        #expect(FourCC("moov").description == "moov")
        #expect(FourCC(0x6101_ff20).description == "a?? ")
    }

    @Test(
        arguments: [
            ("", 0), ("123456789", 0xe306_9283), ("a", 0xc1d0_4330),
            ("The quick brown fox jumps over the lazy dog", 0x2262_0404),
        ] as [(String, UInt32)])
    func `checksums are those of the standard`(text: String, expected: UInt32) {
        let bytes = Array(text.utf8)
        #expect(bytes.withUnsafeBytes { CRC32C.of($0) } == expected)
    }

    // RFC 3720 B.4.
    @Test(
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
            ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43), (Array(0..<32), 0x46dd_794e),
            (Array((0..<32).reversed()), 0x113f_db5c),
        ] as [([UInt8], UInt32)])
    func `checksums are those of the RFC`(bytes: [UInt8], expected: UInt32) {
        #expect(bytes.withUnsafeBytes { CRC32C.of($0) } == expected)
        var pieces = CRC32C()
        for piece in [0..<1, 1..<4, 4..<20, 20..<32] {
            bytes[piece].withUnsafeBytes { pieces.update($0) }
        }
        #expect(pieces.value == expected)
    }

    @Test func `long and short pieces have the same checksum as single bytes`() {
        var random = SeededGenerator(seed: 5)
        for count in [3071, 3072, 3073, 6151, 20_000] {
            let bytes = random.bytes(count)
            var single = CRC32C()
            for byte in bytes { withUnsafeBytes(of: byte) { single.update($0) } }
            #expect(bytes.withUnsafeBytes { CRC32C.of($0) } == single.value)
            #expect(bytes[1...].withUnsafeBytes { CRC32C.of($0) } != single.value)
        }
    }
}
