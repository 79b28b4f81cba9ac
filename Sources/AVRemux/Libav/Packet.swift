internal import CFFmpeg

/// The one owner of an `AVPacket`, whose bytes libav counts references to.
///
/// A class, because frames wait in queues; it never leaves the camera's thread.
final class Packet {
    let pointer: UnsafeMutablePointer<AVPacket>

    /// An empty packet, ready to be read into.
    init() throws(AVError) {
        pointer = try check(av_packet_alloc(), "av_packet_alloc")
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&pointer)
    }

    /// Gives the bytes back; the packet is empty afterwards.
    func clear() { av_packet_unref(pointer) }

    /// Adds bytes at the end.
    func append(_ more: UnsafeRawBufferPointer) throws(AVError) {
        let count = Int(pointer.pointee.size)
        try check(av_grow_packet(pointer, Int32(clamping: more.count)), "av_grow_packet")
        UnsafeMutableRawBufferPointer(start: pointer.pointee.data + count, count: more.count)
            .copyMemory(from: more)
    }

    var streamIndex: Int { Int(pointer.pointee.stream_index) }
    var isKey: Bool { pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 }
    var pts: Int64? { pointer.pointee.pts == AV_NOPTS_VALUE ? nil : pointer.pointee.pts }
    var dts: Int64? { pointer.pointee.dts == AV_NOPTS_VALUE ? nil : pointer.pointee.dts }

    /// The packet's bytes, valid until it is cleared or dropped.
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: pointer.pointee.data, count: Int(pointer.pointee.size))
    }
}
