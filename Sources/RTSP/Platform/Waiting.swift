import Glibc
import Platform

/// Waits for sockets with `poll(2)` under a deadline and a cancellation.
struct Waiting {
    /// A wait is cut into pieces, in milliseconds, so that the thread shows that it is well.
    private static let longestPiece = Pulse.interval.nanoseconds / 1_000_000

    let clocks: any Clocks
    /// Nil while the farewell of a cancelled session is sent.
    var cancellation: Cancellation?

    /// Waits until the descriptor is ready.
    ///
    /// - Parameter descriptor: -1 to wait for nothing but deadline and cancellation.
    /// - Returns: false if the deadline came first.
    /// - Throws: `cancelled`, or `system`.
    func wait(
        for events: Int32, on descriptor: Int32, until deadline: MonotonicTime
    ) throws(RTSPError) -> Bool {
        var descriptors = [2 of pollfd](repeating: pollfd())
        descriptors[0] = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        descriptors[1] = pollfd(
            fd: cancellation?.descriptor ?? -1, events: Int16(POLLIN), revents: 0)
        var mutable = descriptors.mutableSpan
        return try mutable.withUnsafeMutableBufferPointer { (all) throws(RTSPError) -> Bool in
            try poll(all, until: deadline)
        }
    }

    /// Waits until one of the descriptors is ready, or until the deadline.
    func wait(_ descriptors: inout [pollfd], until deadline: MonotonicTime) throws(RTSPError) {
        descriptors.append(
            pollfd(fd: cancellation?.descriptor ?? -1, events: Int16(POLLIN), revents: 0))
        var span = descriptors.mutableSpan
        _ = try span.withUnsafeMutableBufferPointer { (all) throws(RTSPError) -> Bool in
            try poll(all, until: deadline)
        }
        descriptors.removeLast()
    }

    /// Waits until any descriptor but the last is ready; the last is the cancellation's.
    private func poll(
        _ descriptors: UnsafeMutableBufferPointer<pollfd>, until deadline: MonotonicTime
    ) throws(RTSPError) -> Bool {
        while true {
            cancellation?.pulse.beat()
            let left = (deadline - clocks.monotonic).nanoseconds
            let milliseconds = left <= 0 ? 0 : min((left - 1) / 1_000_000 + 1, Self.longestPiece)
            let count = Glibc.poll(
                descriptors.baseAddress, nfds_t(descriptors.count), Int32(milliseconds))
            if count < 0 {
                guard errno == EINTR else {
                    throw .system(SystemError(call: "poll", subject: "camera"))
                }
                continue
            }
            if let last = descriptors.last, last.revents != 0 { throw .cancelled }
            if count > 0 { return true }
            if left <= milliseconds * 1_000_000 { return false }
        }
    }
}
