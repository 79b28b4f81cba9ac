/// The memory that a connection's bytes are read into and handed out of, without copying them.
///
/// Bytes are appended at the end and consumed at the front. What is left of them when more is read,
/// usually a part of one packet, is moved to the front if that costs next to nothing, so that the
/// same memory is used again while it is in the cache, or else when there is no room behind it.
struct ReceiveBuffer: ~Copyable {
    /// Room for the longest interleaved packet and a long read behind it.
    static let initialCapacity = 192 << 10
    /// Room for the longest message, with packets that came before it.
    static let largestCapacity = 2 << 20
    /// The room that a read should find.
    static let readLength = 96 << 10

    /// Bytes that are moved without a second thought.
    private static let cheapMove = 2 << 10

    private var memory: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0

    init() {
        memory = .allocate(byteCount: Self.initialCapacity, alignment: 16)
    }

    deinit { memory.deallocate() }

    /// The bytes that have not been consumed; valid until `room` or `remove` is called.
    var unread: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory[start..<end])
    }

    /// Passes over `count` bytes at the front.
    mutating func consume(_ count: Int) {
        start += count
        precondition(start <= end, "more consumed than read")
    }

    /// Returns room for a read, at least one byte; nil if the buffer is full and as large as it gets.
    mutating func room() -> UnsafeMutableRawBufferPointer? {
        if start == end {
            start = 0
            end = 0
        } else if start > 0, end - start <= Self.cheapMove || memory.count - end < Self.readLength {
            memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<end]))
            end -= start
            start = 0
        }
        if end == memory.count, !grow() { return nil }
        return UnsafeMutableRawBufferPointer(rebasing: memory[end...])
    }

    /// Notes that `count` bytes were read into the room.
    mutating func filled(_ count: Int) {
        end += count
        precondition(end <= memory.count, "more read than there was room for")
    }

    /// Takes `count` bytes out of the unread ones, behind the first `offset`.
    mutating func remove(at offset: Int, count: Int) {
        let kept = UnsafeRawBufferPointer(rebasing: memory[start..<(start + offset)])
        let target = UnsafeMutableRawBufferPointer(rebasing: memory[(start + count)...])
        target.copyMemory(from: kept)
        consume(count)
    }

    private mutating func grow() -> Bool {
        guard memory.count < Self.largestCapacity else { return false }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(2 * memory.count, Self.largestCapacity), alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(memory))
        memory.deallocate()
        memory = larger
        return true
    }
}
