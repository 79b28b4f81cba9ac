internal import CFFmpeg

/// Cuts a media file into RTP packets with libavformat's `rtp` muxer, once and for all.
///
/// It exists for fake cameras; a recorder never sends media. Everything runs on the calling thread
/// and reads the whole file.
public enum RTPPacketizer {
    /// Where the media file is.
    public enum Source: Sendable {
        /// A file that libavformat opens by its path.
        case file(String)
        /// A file in memory.
        case memory([UInt8])
    }

    /// How packets are cut.
    public struct Options: Sendable {
        /// The most bytes of a packet with its RTP header, at least 200.
        public var packetSize = 1_440
        /// AAC as MP4A-LATM (RFC 6416) instead of mpeg4-generic (RFC 3640).
        public var latm = false
        /// Whether key frames carry the parameter sets, as most cameras send them.
        public var inBandParameterSets = true
        /// A NAL unit put in front of the first slice of each H.264 access unit; empty for none.
        public var h264Mark: [UInt8] = []
        /// The same for H.265.
        public var h265Mark: [UInt8] = []
        /// The bytes in a mark behind which `PacketizedMedia.Frame.mark` points; empty for none.
        public var markIdentifier: [UInt8] = []

        /// Packets for Ethernet, parameter sets in key frames, no marks.
        public init() {}
    }

    /// Cuts a file with at most one video and one audio stream, which it takes first of each kind.
    ///
    /// - Throws: `Failure` with libavformat's reason, or because H.264 or H.265 lies in a container
    ///   that does not hold it with length prefixes (MP4 and Matroska do).
    public static func packetize(
        _ source: Source, options: Options
    ) throws(Failure) -> PacketizedMedia {
        let input = try RTPPacketizerInput.open(source)
        var streams: [PacketizedMedia.Stream] = []
        var outputs: [RTPPacketizerOutput] = []
        for index in input.streamIndices {
            let output = try RTPPacketizerOutput(
                stream: input.stream(index), index: index, number: outputs.count, options: options)
            outputs.append(output)
            streams.append(try output.description())
        }
        guard !outputs.isEmpty else { throw Failure(reason: "it has no stream that RTP can carry") }
        try input.forEachPacket { (packet) throws(Failure) in
            let index = Int(packet.pointee.stream_index)
            if let output = outputs.first(where: { $0.index == index }) {
                try output.write(packet)
            }
        }
        for output in outputs { try output.finish() }
        return merge(outputs, streams: streams)
    }

    /// Why a file could not be cut.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        /// What failed and why, for people.
        public let reason: String
        /// What failed and why, for people.
        public var description: String { reason }

        init(reason: String) { self.reason = reason }

        init(_ call: StaticString, _ status: Int32) {
            reason = AVError(code: status, call: call).description
        }
    }

    /// Puts the frames of all streams into the order in which they are due.
    ///
    /// Media time 0 is the first decoding time of the video, RTP time 0 its first presentation time.
    private static func merge(
        _ outputs: [RTPPacketizerOutput], streams: [PacketizedMedia.Stream]
    ) -> PacketizedMedia {
        let lead = outputs[0]
        let zero = lead.cutFrames.first?.due ?? 0
        let shown = lead.cutFrames.map(\.timestamp).min() ?? 0
        let duration = lead.endTicks - zero
        let due = outputs.flatMap { output in
            output.cutFrames.map { (output: output, frame: $0, due: $0.due - zero) }
        }
        .filter { $0.due >= 0 && $0.due < duration }
        .sorted { ($0.due, $0.output.number) < ($1.due, $1.output.number) }
        var media = PacketizedMedia(streams: streams, durationTicks: duration)
        for (output, frame, due) in due {
            let start = shown * Int64(output.clockRate) / Int64(lead.clockRate)
            let first = media.packets.count
            let offset = media.bytes.count
            frame.packets.forEach { media.append(packet: $0) }
            media.frames.append(
                PacketizedMedia.Frame(
                    stream: output.number, timestamp: frame.timestamp - start,
                    dueTicks: due, isKey: frame.isKey, isIDR: frame.isIDR,
                    packets: first..<media.packets.count,
                    mark: output.mark(in: media.bytes[offset...])))
        }
        return media
    }
}
