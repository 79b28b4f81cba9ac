/// Memory that grows at its end, with room kept free before the first byte.
///
/// Not safe to share while it is written; a `Fragment` shares it when nobody writes any more.
final class PayloadBuffer {
    private(set) var base: UnsafeMutableRawPointer
    /// Bytes in use, the headroom included.
    private(set) var count: Int
    private var capacity: Int

    /// Memory whose first `headroom` bytes are left for a header that is written last.
    init(headroom: Int, capacity: Int) {
        let room = max(headroom + capacity, 64)
        base = .allocate(byteCount: room, alignment: 16)
        count = headroom
        self.capacity = room
    }

    deinit { base.deallocate() }

    /// Adds `size` bytes at the end and returns them, not yet initialized.
    func extend(by size: Int) -> UnsafeMutableRawBufferPointer {
        if size > capacity - count { move(shift: 0, needed: count + size) }
        defer { count += size }
        return UnsafeMutableRawBufferPointer(start: base + count, count: size)
    }

    /// Takes back the last `size` bytes.
    func shrink(by size: Int) { count -= min(size, count) }

    func append(_ bytes: UnsafeRawBufferPointer) {
        extend(by: bytes.count).copyMemory(from: bytes)
    }

    func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

    /// Writes `bytes` into the headroom, from the byte at `position`.
    func write(_ bytes: [UInt8], at position: Int) {
        UnsafeMutableRawBufferPointer(start: base + position, count: bytes.count)
            .copyBytes(from: bytes)
    }

    /// Makes `more` bytes of additional headroom by moving all that is stored.
    func addHeadroom(_ more: Int) { move(shift: more, needed: count + more) }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    private func move(shift: Int, needed: Int) {
        let room = max(needed, capacity + capacity / 2)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
        (larger + shift).copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = larger
        count += shift
        capacity = room
    }
}
