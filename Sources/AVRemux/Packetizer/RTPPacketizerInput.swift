internal import CFFmpeg

/// An open media file, read to its end once.
final class RTPPacketizerInput {
    typealias Failure = RTPPacketizer.Failure

    private let context: UnsafeMutablePointer<AVFormatContext>
    private let memory: Memory?

    /// What libavformat reads from when the file lies in memory.
    private final class Memory {
        let bytes: [UInt8]
        var position = 0
        var io: UnsafeMutablePointer<AVIOContext>?

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        func read(into buffer: UnsafeMutablePointer<UInt8>, count: Int) -> Int32 {
            let taken = min(count, bytes.count - position)
            guard taken > 0 else { return AVERROR_EOF }
            bytes.withUnsafeBufferPointer {
                if let base = $0.baseAddress { buffer.update(from: base + position, count: taken) }
            }
            position += taken
            return Int32(taken)
        }

        func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
            switch whence & ~AVSEEK_FORCE {
            case AVSEEK_SIZE: return Int64(bytes.count)
            case SEEK_SET: position = Int(offset)
            case SEEK_CUR: position += Int(offset)
            default: position = bytes.count + Int(offset)
            }
            return Int64(position)
        }

        deinit {
            // The buffer may have been replaced by libavformat since it was handed over.
            if let io { av_freep(&io.pointee.buffer) }
            avio_context_free(&io)
        }
    }

    private init(
        adopting context: UnsafeMutablePointer<AVFormatContext>, memory: Memory?
    ) {
        self.context = context
        self.memory = memory
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }

    static func open(_ source: RTPPacketizer.Source) throws(Failure) -> RTPPacketizerInput {
        var context = avformat_alloc_context()
        guard context != nil else { throw Failure(reason: "out of memory") }
        var path: String?
        var memory: Memory?
        switch source {
        case .file(let name): path = name
        case .memory(let bytes):
            let holder = Memory(bytes)
            holder.io = avio_alloc_context(
                av_malloc(1 << 15)?.assumingMemoryBound(to: UInt8.self), 1 << 15, 0,
                Unmanaged.passUnretained(holder).toOpaque(),
                { opaque, buffer, count in
                    guard let opaque, let buffer else { return AVERROR_EOF }
                    return Unmanaged<Memory>.fromOpaque(opaque).takeUnretainedValue()
                        .read(into: buffer, count: Int(count))
                }, nil,
                { opaque, offset, whence in
                    guard let opaque else { return -1 }
                    return Unmanaged<Memory>.fromOpaque(opaque).takeUnretainedValue()
                        .seek(offset, whence)
                })
            context?.pointee.pb = holder.io
            memory = holder
        }
        var status = avformat_open_input(&context, path, nil, nil)
        guard status >= 0, let context else { throw Failure("avformat_open_input", status) }
        let input = RTPPacketizerInput(adopting: context, memory: memory)
        status = avformat_find_stream_info(context, nil)
        guard status >= 0 else { throw Failure("avformat_find_stream_info", status) }
        return input
    }

    /// The first video and the first audio stream, in this order.
    var streamIndices: [Int] {
        [AVMEDIA_TYPE_VIDEO, AVMEDIA_TYPE_AUDIO].compactMap { kind in
            (0..<Int(context.pointee.nb_streams)).first {
                stream($0).pointee.codecpar.pointee.codec_type == kind
            }
        }
    }

    /// Valid as long as the input lives.
    func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> {
        // libavformat fills the first nb_streams entries before it returns from opening.
        context.pointee.streams[index].unsafelyUnwrapped
    }

    func forEachPacket(
        _ body: (UnsafeMutablePointer<AVPacket>) throws(Failure) -> Void
    ) throws(Failure) {
        var packet = av_packet_alloc()
        defer { av_packet_free(&packet) }
        guard let packet else { throw Failure(reason: "out of memory") }
        while true {
            let status = av_read_frame(context, packet)
            if status == AVERROR_EOF { return }
            guard status >= 0 else { throw Failure("av_read_frame", status) }
            defer { av_packet_unref(packet) }
            try body(packet)
        }
    }
}
