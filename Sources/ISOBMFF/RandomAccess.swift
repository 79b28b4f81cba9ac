/// Bytes that can be read at any place: a clip's file, or memory in a test.
public protocol RandomAccess {
    /// How many bytes there are; must not change while a plan or a verification is made.
    var byteCount: UInt64 { get }

    /// Reads bytes from `offset` on and returns how many were read.
    ///
    /// Fewer than asked for may come; 0 only at the end.
    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(ReadError)
        -> Int
}

/// A read that failed below the format: the disk, not the clip.
public struct ReadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where the read began, in bytes from the start of the file.
    public var offset: UInt64
    /// What the system said.
    public var reason: String

    /// A failed read at `offset`.
    public init(offset: UInt64, reason: String) {
        self.offset = offset
        self.reason = reason
    }

    /// Where and why, in a sentence without its full stop.
    public var description: String { "reading at byte \(offset): \(reason)" }
}

/// Bytes in memory as a source.
public struct MemoryBytes: RandomAccess, Sendable {
    /// The bytes.
    public var bytes: [UInt8]

    /// A source of `bytes`.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// How many bytes there are.
    public var byteCount: UInt64 { UInt64(bytes.count) }

    /// Copies bytes from `offset` on; none at or beyond the end.
    public func read(
        at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(ReadError) -> Int {
        guard offset < byteCount else { return 0 }
        let start = Int(offset)
        let count = min(buffer.count, bytes.count - start)
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
        }
        return count
    }
}
