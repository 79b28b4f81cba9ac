public import Platform

/// A connection that carries bytes both ways: TCP, or TLS over it.
///
/// It belongs to the camera's thread. It does not outlive cancellation: `send` and `receive` throw
/// `cancelled` within milliseconds, unless `ignoresCancellation` is set for the farewell.
public protocol ByteChannel: AnyObject {
    /// The socket, for `poll(2)` together with others; nil if there is none to show.
    var descriptor: Int32? { get }

    /// Whether the channel is still good after `receive` has thrown `timedOut`.
    ///
    /// TLS cannot be left in the middle of a record; such a channel is only asked to wait until the
    /// session is over anyway, and what is due in between is done when bytes have come.
    var survivesTimeout: Bool { get }

    /// True while the TEARDOWN of a cancelled session is sent; deadlines hold all the same.
    var ignoresCancellation: Bool { get set }

    /// Sends all of `bytes`.
    ///
    /// - Throws: `timedOut(phase: .send)` at the deadline, `cancelled`, `closed`, `reset`; some of
    ///   the bytes may then have been sent, so the channel is of no further use.
    func send(_ bytes: UnsafeRawBufferPointer, deadline: MonotonicTime) throws(RTSPError)

    /// Waits for bytes and takes what is there, at most the size of `buffer`.
    ///
    /// - Returns: the number of bytes, 0 if the peer has closed its side.
    /// - Throws: `timedOut(phase: .packet)` at the deadline, `cancelled`, `reset`.
    func receive(
        into buffer: UnsafeMutableRawBufferPointer, deadline: MonotonicTime
    ) throws(RTSPError) -> Int

    /// Allows `receive` to wait for more than one byte, so that one call brings many packets.
    ///
    /// - Parameters:
    ///   - bytes: the number of bytes that end the wait at once.
    ///   - delay: how long bytes may lie unread at most; zero ends the waiting for more.
    func coalesce(bytes: Int, delay: Duration)
}

extension ByteChannel {
    /// True: nothing of a plain connection is lost by waiting.
    public var survivesTimeout: Bool { true }

    /// Does nothing: a channel may hand bytes over as they come.
    public func coalesce(bytes: Int, delay: Duration) {}
}
