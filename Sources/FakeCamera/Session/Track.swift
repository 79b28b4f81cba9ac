internal import AVRemux
internal import Platform

/// One stream of a session that the client has set up.
struct Track {
    /// How its packets travel.
    enum Transport {
        /// On the RTSP connection, with these channel numbers.
        case interleaved(rtp: UInt8, rtcp: UInt8)
        /// In datagrams from two ports of ours.
        case datagrams(DatagramPair)
    }

    let transport: Transport
    let kind: PacketizedMedia.Kind
    let clockRate: Int
    let source: UInt32
    let timestampBase: UInt32
    var sequence: UInt16
    var packets: UInt32 = 0
    var octets: UInt32 = 0
    /// The position at which the next sender report is due; `nil` before the first.
    var nextReport: Int64?

    /// Returns a sender report with the canonical name (RFC 3550 6.4.1, 6.5).
    ///
    /// - Parameters:
    ///   - wall: when the media was made that has the RTP time `time`.
    func senderReport(wall: WallTime, time: Int64) -> [UInt8] {
        let name = Array("cctv".utf8)
        // NTP counts from 1900: 70 years with 17 leap days before 1970.
        let seconds = UInt32(truncatingIfNeeded: wall.nanoseconds / 1_000_000_000 + 2_208_988_800)
        let fraction = UInt32(
            UInt64(wall.nanoseconds % 1_000_000_000) << 32 / 1_000_000_000)
        let words: [UInt32] = [
            0x80C8_0006, source, seconds, fraction,
            timestampBase &+ UInt32(truncatingIfNeeded: time), packets, octets,
            0x81CA_0003, source,
        ]
        let description = [1, UInt8(name.count)] + name + [0, 0]
        return words.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) }
        } + description
    }
}

/// The two UDP sockets of a stream, for RTP and RTCP, on whatever ports are free.
final class DatagramPair {
    let rtp: OwnedDescriptor
    let rtcp: OwnedDescriptor

    init(clientPort: UInt16) throws(SystemError) {
        rtp = try LoopbackSocket.datagrams(to: clientPort)
        rtcp = try LoopbackSocket.datagrams(to: clientPort &+ 1)
    }

    var ports: (rtp: UInt16, rtcp: UInt16) {
        (LoopbackSocket.port(of: rtp.number), LoopbackSocket.port(of: rtcp.number))
    }
}
