internal import CFFmpeg

/// Puts parameter sets and a mark into the access units of H.264 and H.265.
///
/// MP4 and Matroska keep the parameter sets apart (ISO/IEC 14496-15 5.3.3 and 8.3.3); cameras send
/// them with every key frame.
struct AccessUnitBuilder {
    private let lengthSize: Int
    private let isH265: Bool
    private let parameterSets: [[UInt8]]
    private let mark: [UInt8]

    /// Reads the decoder configuration; `nil` for codecs that have no NAL units.
    init?(
        parameters: UnsafePointer<AVCodecParameters>, options: RTPPacketizer.Options
    ) throws(RTPPacketizer.Failure) {
        let codec = parameters.pointee.codec_id
        guard codec == AV_CODEC_ID_H264 || codec == AV_CODEC_ID_HEVC else { return nil }
        isH265 = codec == AV_CODEC_ID_HEVC
        mark = isH265 ? options.h265Mark : options.h264Mark
        let configuration = [UInt8](
            UnsafeBufferPointer(
                start: parameters.pointee.extradata, count: Int(parameters.pointee.extradata_size)))
        guard configuration.first == 1, configuration.count > (isH265 ? 22 : 6) else {
            throw RTPPacketizer.Failure(
                reason: "its pictures have no length prefixes; put them into MP4 or Matroska")
        }
        lengthSize = Int(configuration[isH265 ? 21 : 4] & 3) + 1
        guard options.inBandParameterSets else {
            parameterSets = []
            return
        }
        parameterSets =
            isH265 ? Self.h265Sets(configuration) : Self.h264Sets(configuration)
    }

    /// ISO/IEC 14496-15 5.3.3.1: counted sequence parameter sets, then counted picture ones.
    private static func h264Sets(_ bytes: [UInt8]) -> [[UInt8]] {
        var reader = ByteCursor(bytes, at: 5)
        var sets: [[UInt8]] = []
        for mask in [UInt8(0x1F), 0xFF] {
            for _ in 0..<(reader.byte() & mask) { sets.append(reader.bytes(reader.number(2))) }
        }
        return sets
    }

    /// ISO/IEC 14496-15 8.3.3.1: arrays of NAL units, each array with its type.
    private static func h265Sets(_ bytes: [UInt8]) -> [[UInt8]] {
        var reader = ByteCursor(bytes, at: 22)
        var sets: [[UInt8]] = []
        for _ in 0..<reader.byte() {
            let isParameterSet = (32...34).contains(reader.byte() & 0x3F)
            for _ in 0..<reader.number(2) {
                let unit = reader.bytes(reader.number(2))
                if isParameterSet { sets.append(unit) }
            }
        }
        return sets
    }

    /// Replaces the packet's bytes by the access unit as a camera would send it.
    ///
    /// - Returns: whether it is an IDR picture (H.264) or an intra random access point (H.265).
    func rebuild(
        _ packet: UnsafeMutablePointer<AVPacket>
    ) throws(RTPPacketizer.Failure) -> Bool {
        let old = [UInt8](
            UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size)))
        var reader = ByteCursor(old, at: 0)
        var before: [[UInt8]] = []
        var slices: [[UInt8]] = []
        while !reader.isAtEnd {
            let unit = reader.bytes(reader.number(lengthSize))
            guard let header = unit.first else { continue }
            if isSlice(header) || !slices.isEmpty {
                slices.append(unit)
            } else if !isParameterSet(header) {
                before.append(unit)
            }
        }
        let isKey = packet.pointee.flags & AV_PKT_FLAG_KEY != 0
        let units = (isKey ? parameterSets : []) + before + (mark.isEmpty ? [] : [mark]) + slices
        let bytes = units.flatMap { unit in
            (0..<lengthSize).reversed().map { UInt8(truncatingIfNeeded: unit.count >> (8 * $0)) }
                + unit
        }
        let status = Self.resize(packet, to: bytes.count)
        guard status >= 0 else { throw RTPPacketizer.Failure("av_grow_packet", status) }
        packet.pointee.data.update(from: bytes, count: bytes.count)
        return slices.first?.first.map(isIDR) ?? false
    }

    /// Sizes the packet to `count` bytes in memory of its own.
    private static func resize(
        _ packet: UnsafeMutablePointer<AVPacket>, to count: Int
    ) -> Int32 {
        let status = av_packet_make_writable(packet)
        guard status >= 0 else { return status }
        let missing = count - Int(packet.pointee.size)
        if missing > 0 { return av_grow_packet(packet, Int32(missing)) }
        av_shrink_packet(packet, Int32(count))
        return 0
    }

    private func isSlice(_ header: UInt8) -> Bool {
        isH265 ? (header >> 1 & 0x3F) < 32 : (1...5).contains(header & 0x1F)
    }

    private func isIDR(_ header: UInt8) -> Bool {
        isH265 ? (16...23).contains(header >> 1 & 0x3F) : header & 0x1F == 5
    }

    private func isParameterSet(_ header: UInt8) -> Bool {
        isH265 ? (32...34).contains(header >> 1 & 0x3F) : (7...8).contains(header & 0x1F)
    }
}

/// Reads big-endian numbers; beyond the end there are zeros.
private struct ByteCursor {
    private let source: [UInt8]
    private var position: Int

    init(_ source: [UInt8], at position: Int) {
        self.source = source
        self.position = position
    }

    var isAtEnd: Bool { position >= source.count }

    mutating func byte() -> UInt8 { UInt8(number(1)) }

    mutating func number(_ count: Int) -> Int {
        bytes(count).reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        let end = min(source.count, position + count)
        defer { position = end }
        return position < end ? [UInt8](source[position..<end]) : []
    }
}
