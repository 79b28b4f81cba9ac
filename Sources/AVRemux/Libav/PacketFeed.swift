internal import CFFmpeg
import Glibc
internal import Platform
internal import RTSP

/// Hands the RTP packets of one session to libavformat, and remembers what libavformat does not say.
///
/// Lives on the camera's thread. libavformat asks for a packet through an `AVIOContext`; an error
/// of the session cannot pass through C, so it is kept here and thrown when libavformat returns.
/// RTCP stays here: libavformat would bend its time line at every sender report.
final class PacketFeed {
    /// Facts of one medium's RTP stream.
    struct Medium {
        var firstArrival: MonotonicTime?
        var firstTimestamp: UInt32?
        var lastHadMarker = false
        var senderReport: SenderReport?
    }

    private var client: RTSPClient?
    private var description: [UInt8]
    /// Whether packets are given; before that the session description, as if it were a file.
    var isPastDescription = false
    /// How long the picture may stay away; the sound alone does not keep a session alive.
    private let stallTimeout: Duration
    /// The latest time for the picture's next packet.
    private var deadline: MonotonicTime { lastPicturePacket + stallTimeout }
    /// The latest time for the picture's next access unit: packets can come that make none.
    private var pictureDeadline: MonotonicTime
    private var lastArrival: MonotonicTime
    /// When the picture's last packet arrived.
    private(set) var lastPicturePacket: MonotonicTime
    /// Why the session can give no more packets.
    private(set) var failure: RTSPError?
    /// How the camera asked for the password last; known once the session is closed.
    private(set) var authentication = AuthenticationScheme.none
    private var lostPackets = 0
    private var packets = 0
    /// By index in the session's demuxer SDP.
    private(set) var media: [Medium]

    /// A feed for a session that plays.
    init(client: consuming RTSPClient, clocks: any Clocks, stallTimeout: Duration) {
        description = Array(client.session.demuxerSDP.utf8)
        media = Array(repeating: Medium(), count: client.session.chosen.count)
        self.client = consume client
        self.stallTimeout = stallTimeout
        lastArrival = clocks.monotonic
        lastPicturePacket = lastArrival
        pictureDeadline = lastArrival + OpenSession.openTimeout + stallTimeout
    }

    /// Notes that the packets so far made an access unit of the picture.
    ///
    /// The next one has twice the stall time, because it is complete only when another follows.
    func notePicture() { pictureDeadline = lastArrival + stallTimeout * 2 }

    /// Ends the session with a TEARDOWN, which the camera may take `budget` to answer.
    func close(budget: Duration = .seconds(1)) {
        if let client = client.take() { authentication = client.close(budget: budget) }
    }

    /// Takes the number of RTP packets that never arrived since it was last asked for.
    func takeLostPackets() -> Int {
        defer { lostPackets = 0 }
        return lostPackets
    }

    /// Takes the number of RTP packets that came since it was last asked for.
    func takePackets() -> Int {
        defer { packets = 0 }
        return packets
    }

    /// What libavformat calls; returns a count of bytes or a negative status.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int32 {
        if isPastDescription { return failure == nil ? readPacket(into: buffer) : AVERROR_EOF }
        guard !description.isEmpty else { return AVERROR_EOF }
        let count = min(description.count, buffer.count)
        buffer.copyBytes(from: description.prefix(count))
        description.removeFirst(count)
        return Int32(count)
    }

    private func readPacket(into buffer: UnsafeMutableRawBufferPointer) -> Int32 {
        do throws(RTSPError) {
            while client != nil {
                guard let packet = try client?.receive(deadline: deadline) else { break }
                guard media.indices.contains(packet.mediaIndex) else { continue }
                try watch(packet)
                if packet.isRTCP {
                    media[packet.mediaIndex].senderReport =
                        SenderReport(packet.bytes) ?? media[packet.mediaIndex].senderReport
                    continue
                }
                guard packet.bytes.count >= 12, packet.bytes.count <= buffer.count else { continue }
                note(packet)
                buffer.copyMemory(from: packet.bytes)
                return Int32(packet.bytes.count)
            }
        } catch {
            failure = error
        }
        return AVERROR_EOF
    }

    /// The picture's packets, which come first in the description, move the deadline on.
    private func watch(_ packet: ReceivedPacket) throws(RTSPError) {
        lastArrival = packet.arrival
        guard packet.arrival < pictureDeadline else { throw .timedOut(phase: .packet) }
        if packet.mediaIndex == 0, !packet.isRTCP {
            lastPicturePacket = packet.arrival
        } else if packet.arrival >= deadline {
            throw .timedOut(phase: .packet)
        }
    }

    private func note(_ packet: ReceivedPacket) {
        lostPackets += packet.lostBefore
        packets += 1
        let index = packet.mediaIndex
        media[index].lastHadMarker = packet.bytes[1] & 0x80 != 0
        guard media[index].firstArrival == nil else { return }
        media[index].firstArrival = packet.arrival
        media[index].firstTimestamp = UInt32(
            bigEndian: packet.bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    }
}

/// What a sender says of its clock (RFC 3550 6.4.1).
struct SenderReport: Equatable {
    /// The sender's wall clock in seconds since 1900, 32.32 fixed point.
    var ntpTime: UInt64
    /// The RTP time stamp of the same instant.
    var timestamp: UInt32

    /// Sender reports without a wall clock carry zero (RFC 3550 6.4.1).
    var hasWallClock: Bool { ntpTime != 0 }
}

extension SenderReport {
    /// Reads the sender report that a compound packet begins with, if it does.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 28, bytes[0] >> 6 == 2, bytes[1] == 200 else { return nil }
        ntpTime = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        timestamp = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    }
}
