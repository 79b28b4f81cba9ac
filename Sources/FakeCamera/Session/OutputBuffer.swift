internal import Glibc
internal import Platform

/// What goes to a client over its TCP connection: at once if the system takes it, else later.
final class OutputBuffer {
    private let socket: Int32
    private var pending: [UInt8] = []
    private var taken = 0
    /// Whether the connection can no longer be written to.
    private(set) var isBroken = false

    /// - Parameter socket: outlives the buffer.
    init(socket: Int32) { self.socket = socket }

    /// Bytes that the system has not taken yet.
    var count: Int { pending.count - taken }

    /// Sends bytes behind all those that wait.
    func send(_ bytes: UnsafeRawBufferPointer) {
        let sent = count == 0 ? write(bytes) : 0
        if sent < bytes.count { pending.append(contentsOf: bytes[sent...]) }
    }

    func send(_ bytes: [UInt8]) { bytes.withUnsafeBytes { send($0) } }

    /// Puts bytes behind those that wait and gives none to the system.
    func hold(_ bytes: [UInt8]) { pending += bytes }

    /// Gives the system what waits, at most `limit` bytes of it.
    func flush(limit: Int = .max) {
        let sent = pending.withUnsafeBytes { bytes in
            write(UnsafeRawBufferPointer(rebasing: bytes[taken...].prefix(limit)))
        }
        taken += sent
        if taken == pending.count {
            pending.removeAll(keepingCapacity: pending.count <= 1 << 16)
            taken = 0
        } else if taken > 1 << 20 {
            pending.removeFirst(taken)
            taken = 0
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard !bytes.isEmpty, !isBroken else { return isBroken ? bytes.count : 0 }
        let sent = Glibc.send(
            socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        if sent >= 0 { return sent }
        if errno != EAGAIN, errno != EINTR { isBroken = true }
        return 0
    }
}
