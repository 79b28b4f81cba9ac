internal import CFFmpeg
public import Platform
import Synchronization

/// A picture that can be decoded without any other, shared by reference.
///
/// `@unchecked` because nobody writes to the packet once it is here, and libav counts references to
/// its bytes atomically.
public final class KeyFrame: @unchecked Sendable {
    /// Tells this picture from every other, for caches.
    public let identity: String
    /// When it arrived.
    public let wall: WallTime
    let codec: AVCodecID
    let setup: [UInt8]
    let packet: UnsafeMutablePointer<AVPacket>

    private static let counter = Atomic<UInt64>(0)

    /// Shares a packet of a session; nil if memory ran out.
    init?(_ packet: Packet, of parameters: StreamParameters, wall: WallTime) {
        guard let copy = av_packet_clone(packet.pointer) else { return nil }
        self.packet = copy
        self.wall = wall
        codec = parameters.codec
        setup = [UInt8](parameters.extradata)
        identity = "\(Self.counter.add(1, ordering: .relaxed).newValue)"
    }

    /// Copies a sample of a clip; nil if MP4 would not hold such video, or memory ran out.
    ///
    /// - Parameters:
    ///   - identity: tells the sample from every other: its file and its place there.
    ///   - sampleEntry: the type of the sample entry, `avc1`, `hvc1` or `mp4v`.
    ///   - setup: the body of its `avcC` or `hvcC` box; empty for Motion JPEG.
    public init?(
        identity: String, sampleEntry: String, setup: [UInt8], bytes: [UInt8], wall: WallTime
    ) {
        switch sampleEntry {
        case "avc1", "avc3": codec = AV_CODEC_ID_H264
        case "hvc1", "hev1": codec = AV_CODEC_ID_HEVC
        case "mp4v": codec = AV_CODEC_ID_MJPEG
        default: return nil
        }
        var made = av_packet_alloc()
        guard let packet = made, av_new_packet(packet, Int32(clamping: bytes.count)) >= 0 else {
            av_packet_free(&made)
            return nil
        }
        UnsafeMutableRawBufferPointer(start: packet.pointee.data, count: bytes.count)
            .copyBytes(from: bytes)
        self.packet = packet
        self.identity = identity
        self.setup = setup
        self.wall = wall
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
    }

    /// The coded picture, valid as long as this object.
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size))
    }
}

extension KeyFrame: Equatable {
    /// Whether both are the same picture in the same memory.
    public static func == (a: KeyFrame, b: KeyFrame) -> Bool { a === b }
}
