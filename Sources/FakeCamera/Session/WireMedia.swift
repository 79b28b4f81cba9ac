internal import AVRemux

/// The packets of one media in memory that is written over for every frame that is sent.
///
/// All sessions of a server's thread share it: a frame's headers are patched just before its bytes
/// are given to the system, so a frame is one piece of memory and one system call.
final class WireMedia {
    let media: PacketizedMedia
    let bytes: UnsafeMutableRawBufferPointer

    init(_ media: PacketizedMedia) {
        self.media = media
        bytes = .allocate(byteCount: media.bytes.count, alignment: 16)
        bytes.copyBytes(from: media.bytes)
    }

    deinit { bytes.deallocate() }

    /// Writes what differs between sessions into the packets of a frame (RFC 3550 5.1).
    func patch(
        _ frame: PacketizedMedia.Frame, channel: UInt8, sequence: UInt16, timestamp: UInt32,
        source: UInt32
    ) {
        var sequence = sequence
        for packet in media.packets[frame.packets] {
            let offset = packet.offset
            bytes[offset + 1] = channel
            bytes.storeBytes(of: sequence.bigEndian, toByteOffset: offset + 6, as: UInt16.self)
            bytes.storeBytes(of: timestamp.bigEndian, toByteOffset: offset + 8, as: UInt32.self)
            bytes.storeBytes(of: source.bigEndian, toByteOffset: offset + 12, as: UInt32.self)
            sequence &+= 1
        }
    }

    /// Writes the frame ledger's numbers into a frame that has a mark.
    func mark(_ frame: PacketizedMedia.Frame, counter: UInt64, milliseconds: UInt64) {
        guard let mark = frame.mark else { return }
        FrameLedger.write(
            counter: counter, milliseconds: milliseconds,
            to: UnsafeMutableRawBufferPointer(
                rebasing: bytes[mark..<mark + FrameLedger.valueLength]))
    }

    /// The bytes of a packet, its interleaved header included.
    func bytes(of packet: Int) -> UnsafeRawBufferPointer {
        let packet = media.packets[packet]
        return UnsafeRawBufferPointer(
            rebasing: bytes[packet.offset..<packet.offset + 4 + packet.length])
    }

    /// The bytes of a whole frame, interleaved headers included.
    func bytes(of frame: PacketizedMedia.Frame) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[media.byteRange(of: frame)])
    }
}
