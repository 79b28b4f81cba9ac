/// Reads a source in pieces through one buffer, so that memory stays the same for any file.
struct SourceReader<Source: RandomAccess> {
    /// Bytes read at once where contents are read from end to end.
    static var pieceByteCount: Int { 256 << 10 }
    /// Bytes read at once before that: an init segment and an end record need no more.
    private static var firstByteCount: Int { 4 << 10 }

    private let source: Source
    /// Bytes of the source when reading began.
    let byteCount: UInt64
    private var window: [UInt8]
    private var windowStart: UInt64 = 0
    private var windowCount = 0

    init(_ source: Source) {
        self.source = source
        byteCount = source.byteCount
        let size = min(UInt64(Self.firstByteCount), max(byteCount, 64))
        window = [UInt8](repeating: 0, count: Int(size))
    }

    /// Calls `body` with the `count` bytes from `offset` on, or returns nil if the file ends before.
    mutating func withBytes<R>(
        at offset: UInt64, count: Int, _ body: (UnsafeRawBufferPointer) -> R
    ) throws(ReadError) -> R? {
        guard count >= 0, offset <= byteCount, UInt64(count) <= byteCount - offset else {
            return nil
        }
        if count > window.count { window = [UInt8](repeating: 0, count: count); windowCount = 0 }
        let isInside =
            offset >= windowStart && offset - windowStart <= UInt64(windowCount)
            && count <= windowCount - Int(offset - windowStart)
        if !isInside { try load(at: offset, atLeast: count) }
        let start = Int(offset - windowStart)
        guard start + count <= windowCount else { return nil }
        return window.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
        }
    }

    /// Calls `body` with all bytes from `start` to `end` in pieces, until it returns false.
    ///
    /// - Returns: whether the file has all of them and `body` wanted all.
    mutating func forEachPiece(
        from start: UInt64, to end: UInt64, _ body: (UnsafeRawBufferPointer) -> Bool
    ) throws(ReadError) -> Bool {
        var position = start
        while position < end {
            let count = Int(min(end - position, UInt64(Self.pieceByteCount)))
            guard try withBytes(at: position, count: count, body) == true else { return false }
            position += UInt64(count)
        }
        return true
    }

    /// The checksum of the bytes from `start` to `end`; nil if the file ends before.
    mutating func checksum(from start: UInt64, to end: UInt64) throws(ReadError) -> UInt32? {
        var sum = CRC32C()
        let isWhole = try forEachPiece(from: start, to: end) { piece in
            sum.update(piece)
            return true
        }
        return isWhole ? sum.value : nil
    }

    /// Whether all bytes from `start` to the end of the file are zero; true if there are none.
    mutating func isZero(from start: UInt64) throws(ReadError) -> Bool {
        try forEachPiece(from: start, to: byteCount) { piece in piece.allSatisfy { $0 == 0 } }
    }

    private mutating func load(at offset: UInt64, atLeast count: Int) throws(ReadError) {
        windowStart = offset
        windowCount = 0
        while windowCount < max(count, 1) {
            let room = window.count - windowCount
            let position = offset + UInt64(windowCount)
            let filled = windowCount
            let result: Result<Int, ReadError> = window.withUnsafeMutableBytes {
                [source] bytes in
                let target = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
                do throws(ReadError) {
                    return .success(try source.read(at: position, into: target))
                } catch { return .failure(error) }
            }
            let got = try result.get()
            guard got > 0 else { return }
            windowCount += min(got, room)
        }
    }
}
