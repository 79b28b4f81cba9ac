/// Reads big-endian numbers from bytes it does not own, and never past their end.
///
/// It must not outlive the bytes. Every read either advances or throws and leaves the position.
public struct ByteReader {
    /// The bytes that are read, all of them.
    public let bytes: UnsafeRawBufferPointer
    /// How many bytes are read already; at most `bytes.count`.
    public private(set) var position = 0
    /// The box that errors name.
    public let box: FourCC

    /// Reads `bytes` from the first; errors name `box`.
    public init(_ bytes: UnsafeRawBufferPointer, of box: FourCC) {
        self.bytes = bytes
        self.box = box
    }

    /// How many bytes are left.
    public var remaining: Int { bytes.count - position }

    /// Reads a big-endian integer.
    ///
    /// - Throws: `FormatError.truncated` if fewer bytes are left than it has.
    @inlinable
    public mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type = T.self
    ) throws(FormatError) -> T {
        let piece = try take(MemoryLayout<T>.size)
        return T(bigEndian: piece.loadUnaligned(as: T.self))
    }

    /// Reads the next `count` bytes without copying them.
    ///
    /// - Throws: `FormatError.truncated` if `count` is negative or fewer are left.
    public mutating func take(_ count: Int) throws(FormatError) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else { throw .truncated(box) }
        let piece = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
        position += count
        return piece
    }

    /// Reads the version and flags with which a full box begins (ISO/IEC 14496-12 4.2.2).
    public mutating func versionAndFlags() throws(FormatError) -> (version: UInt8, flags: UInt32) {
        let word = try read(UInt32.self)
        return (UInt8(truncatingIfNeeded: word >> 24), word & 0x00ff_ffff)
    }
}

extension [UInt8] {
    /// Calls `body` with the bytes; as `withUnsafeBytes`, but the error keeps its type.
    func withBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        let result: Result<R, E> = withUnsafeBytes { bytes in
            do throws(E) { return .success(try body(bytes)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
