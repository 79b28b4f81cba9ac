internal import CFFmpeg
import Glibc
internal import Platform
internal import RTSP

/// An encrypted connection to a camera (`rtsps`), by libavformat's `tls` protocol.
///
/// Cameras sign their own certificates, so the connection keeps secrets from those who listen, but
/// does not prove that the camera is the camera. libavformat is given addresses in digits, because
/// its own look-up of a name obeys no deadline; the camera is therefore told no server name (RFC 6066
/// 3), which one that signs its own certificate does not ask for. Lives on the camera's thread.
final class TLSChannel: ByteChannel {
    private final class Waiting {
        let clocks: any Clocks
        let cancellation: Cancellation
        var deadline: MonotonicTime
        var ignoresCancellation = false

        init(clocks: any Clocks, cancellation: Cancellation, deadline: MonotonicTime) {
            self.clocks = clocks
            self.cancellation = cancellation
            self.deadline = deadline
        }

        var isCancelled: Bool { cancellation.isCancelled && !ignoresCancellation }
        /// Asked by libavformat ten times a second while it waits.
        var isOver: Bool {
            cancellation.pulse.beat()
            return isCancelled || clocks.monotonic >= deadline
        }
    }

    private var io: UnsafeMutablePointer<AVIOContext>?
    private let waiting: Waiting

    /// libavformat does not show the socket under its encryption.
    var descriptor: Int32? { nil }
    var survivesTimeout: Bool { false }
    var ignoresCancellation: Bool {
        get { waiting.ignoresCancellation }
        set { waiting.ignoresCancellation = newValue }
    }

    /// Connects to the host's addresses one after the other and shakes hands with the first that
    /// answers.
    ///
    /// - Throws: as `TCPChannel.connect`, of the last address tried.
    @Sendable static func connect(
        _ url: CameraURL, deadline: MonotonicTime, cancellation: Cancellation
    ) throws(RTSPError) -> any ByteChannel {
        let clocks = SystemClocks()
        let hosts = try url.numericHosts(
            deadline: deadline, clocks: clocks, cancellation: cancellation)
        var failure = RTSPError.connectTimedOut(host: url.host, port: url.port)
        for (index, host) in hosts.enumerated() {
            let now = clocks.monotonic
            let share = (deadline - now) / (hosts.count - index)
            do throws(RTSPError) {
                return try TLSChannel(
                    url, address: host, deadline: now + share, cancellation: cancellation)
            } catch {
                guard error != .cancelled else { throw error }
                failure = error
            }
        }
        throw failure
    }

    private init(
        _ url: CameraURL, address: String, deadline: MonotonicTime, cancellation: Cancellation
    ) throws(RTSPError) {
        waiting = Waiting(clocks: SystemClocks(), cancellation: cancellation, deadline: deadline)
        var interrupt = AVIOInterruptCB(
            callback: { opaque in
                guard let opaque else { return 1 }
                return Unmanaged<Waiting>.fromOpaque(opaque).takeUnretainedValue().isOver ? 1 : 0
            }, opaque: Unmanaged.passUnretained(waiting).toOpaque())
        let host = address.contains(":") ? "[\(address)]" : address
        var options: OpaquePointer?
        defer { av_dict_free(&options) }
        av_dict_set(&options, "tls_verify", "0", 0)
        // It looks the name up itself, for as long as the system's resolver takes.
        let status = cancellation.pulse.excused {
            avio_open2(
                &io, "tls://\(host):\(url.port)", AVIO_FLAG_READ_WRITE | AVIO_FLAG_DIRECT,
                &interrupt, &options)
        }
        guard status >= 0, io != nil else { throw error(status, host: url.host, port: url.port) }
    }

    deinit { avio_closep(&io) }

    func send(_ bytes: UnsafeRawBufferPointer, deadline: MonotonicTime) throws(RTSPError) {
        guard let io else { throw .closed }
        waiting.deadline = deadline
        avio_write(io, bytes.bindMemory(to: UInt8.self).baseAddress, Int32(bytes.count))
        avio_flush(io)
        guard io.pointee.error >= 0 else { throw failure(.send) }
    }

    func receive(
        into buffer: UnsafeMutableRawBufferPointer, deadline: MonotonicTime
    ) throws(RTSPError) -> Int {
        guard let io else { throw .closed }
        waiting.deadline = deadline
        let count = avio_read_partial(
            io, buffer.bindMemory(to: UInt8.self).baseAddress, Int32(clamping: buffer.count))
        if count >= 0 { return Int(count) }
        if count == AVERROR_EOF { return 0 }
        throw failure(.packet)
    }

    private func failure(_ phase: RTSPError.Phase) -> RTSPError {
        if waiting.isCancelled { return .cancelled }
        return waiting.isOver ? .timedOut(phase: phase) : .reset
    }

    private func error(_ status: Int32, host: String, port: UInt16) -> RTSPError {
        if waiting.isCancelled { return .cancelled }
        if waiting.isOver { return .connectTimedOut(host: host, port: port) }
        switch status {
        case AVERROR(ECONNREFUSED): return .refused(host: host, port: port)
        case AVERROR(EHOSTUNREACH), AVERROR(ENETUNREACH): return .unreachable(host: host)
        case AVERROR(ETIMEDOUT): return .connectTimedOut(host: host, port: port)
        default: return .malformed(what: "no TLS: \(AVError(code: status, call: "avio_open2"))")
        }
    }
}
