/// Writes boxes into memory; sizes are filled in when a box's body is complete.
public struct BoxWriter: Sendable {
    /// What is written so far.
    public private(set) var bytes: [UInt8] = []

    /// An empty writer with room for `capacity` bytes before it must grow.
    public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Forgets what is written and keeps the memory.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Appends a number in big-endian order.
    public mutating func append<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends bytes as they are.
    public mutating func append(bytes more: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: more)
    }

    /// Appends bytes as they are.
    public mutating func append(bytes more: [UInt8]) { bytes.append(contentsOf: more) }

    /// Appends a four-character code.
    public mutating func append(_ code: FourCC) { append(code.rawValue) }

    /// Appends a box whose body is what `body` writes.
    ///
    /// A box beyond 4 GiB cannot be written: no clip comes near it.
    public mutating func box<E: Error>(
        _ type: FourCC, _ body: (inout Self) throws(E) -> Void
    ) throws(E) {
        let start = bytes.count
        append(UInt32(0))
        append(type)
        try body(&self)
        overwrite(UInt32(clamping: bytes.count - start), at: start)
    }

    /// Appends a box that begins with a version and flags (ISO/IEC 14496-12 4.2.2).
    public mutating func fullBox<E: Error>(
        _ type: FourCC, version: UInt8 = 0, flags: UInt32 = 0,
        _ body: (inout Self) throws(E) -> Void
    ) throws(E) {
        try box(type) { writer throws(E) in
            writer.append(UInt32(version) << 24 | flags & 0x00ff_ffff)
            try body(&writer)
        }
    }

    /// Replaces the four bytes at `position`, which must be written already.
    mutating func overwrite(_ value: UInt32, at position: Int) {
        for index in 0..<4 {
            bytes[position + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index))
        }
    }
}
