internal import CFFmpeg
internal import ISOBMFF
internal import Platform

/// One session's picture on its way into clips; lives on the camera's thread.
struct VideoTrack: ~Copyable {
    /// What a key frame means for the clips.
    enum KeyFrameVerdict: Equatable {
        /// It continues what was before.
        case same
        /// Picture size, profile or pixel format differ from what the clip declares.
        case changed(from: VideoFacts, to: VideoFacts)
        /// No decoder could start here: there are no parameter sets yet.
        case undecodable
    }

    private let codec: ParameterSets.Codec?
    private var sets: ParameterSets?
    private var timeline: Timeline
    private var joiner: PictureJoiner
    private var units: [Range<Int>] = []
    private let inputTimescale: Int64
    private var isFirst = true
    /// The stream of the demuxer.
    let streamIndex: Int
    /// What the clip's track is made from; follows the key frames' parameter sets.
    private(set) var parameters: StreamParameters
    /// The same as facts.
    private(set) var facts: VideoFacts

    private static let supported = [AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_MJPEG]

    /// Takes over the picture's stream of a demuxer.
    ///
    /// - Throws: `SessionEnd.unsupportedVideo` if MP4 cannot hold it.
    static func open(
        _ demuxer: borrowing SDPDemuxer, streamIndex: Int
    ) throws(SessionEnd) -> VideoTrack {
        let parameters: StreamParameters
        do { parameters = try demuxer.parameters(ofStream: streamIndex) } catch {
            throw .libav(error)
        }
        guard supported.contains(parameters.codec) else {
            throw .unsupportedVideo(parameters.codecName)
        }
        let timescale = demuxer.timescale(ofStream: streamIndex)
        let declared = demuxer.declaredFrameRate(ofStream: streamIndex)
        let rate = (1...240).contains(declared) ? declared : 25
        return VideoTrack(
            parameters: parameters, streamIndex: streamIndex, timescale: timescale,
            timeline: Timeline(
                timescale: timescale, rhythm: Int64(Double(timescale) / rate),
                reorderDepth: demuxer.reorderDepth(ofStream: streamIndex)))
    }

    private init(
        parameters: StreamParameters, streamIndex: Int, timescale: Int64,
        timeline: Timeline
    ) {
        codec = ParameterSets.Codec(parameters.codec)
        joiner = PictureJoiner(codec: codec)
        facts = parameters.videoFacts
        if let codec {
            let extradata = parameters.extradata
            AnnexB.findUnits(in: extradata, into: &units)
            sets = ParameterSets(codec: codec, units: units, of: extradata)
        }
        self.parameters = parameters
        self.streamIndex = streamIndex
        self.timeline = timeline
        inputTimescale = timescale
    }

    /// The usual distance of two frames in ticks of `MovieHeader.videoTimescale`.
    var rhythm: Int64 { toOutput(timeline.rhythm) }
    /// How often stamps had to be corrected.
    var repairs: TimeRepairs { timeline.repairs }

    /// Adds a packet to the picture before it if it is the rest of that one; tells whether it was.
    mutating func joins(_ packet: Packet) throws(SessionEnd) -> Bool {
        do { return try joiner.joins(packet) } catch { throw .libav(error) }
    }

    /// Places a packet on the session's time line, in ticks of `MovieHeader.videoTimescale`.
    mutating func place(
        _ packet: Packet, arrival: MonotonicTime
    ) -> Timeline.Placement {
        // libavformat counts from the first RTP packet, but loses the stamp of a first frame that
        // spans more than four of them (AV_PARSER_PTS_NB).
        let pts = packet.pts ?? (isFirst ? 0 : nil)
        isFirst = false
        var placement = timeline.place(pts: pts, dts: packet.dts, arrival: arrival)
        placement.dts = toOutput(placement.dts)
        placement.compositionOffset = toOutput(placement.compositionOffset)
        return placement
    }

    /// Reads the parameter sets of a key frame and says what they mean for the clip.
    ///
    /// Cameras that repeat their sets, or flip a bit that no decoder needs to be set up anew for,
    /// stay in one clip: the sets remain in the key frames.
    mutating func examine(keyFrame: UnsafeRawBufferPointer) throws(AVError) -> KeyFrameVerdict {
        guard let codec else { return .same }
        AnnexB.findUnits(in: keyFrame, into: &units)
        let found = ParameterSets(codec: codec, units: units, of: keyFrame)
        if found.isEmpty { return sets?.isComplete == true ? .same : .undecodable }
        let current = sets.map(found.completed(by:)) ?? found
        guard current.isComplete else { return .undecodable }
        if current == sets { return .same }
        let wasDecodable = sets?.isComplete == true
        sets = current
        let told = try current.facts(keyFrame: keyFrame)
        let before = facts
        guard told.width > 0 else { return .same }
        if told == before, wasDecodable { return .same }
        facts = told
        parameters.apply(told)
        try parameters.setExtradata(current.annexB)
        return wasDecodable ? .changed(from: before, to: told) : .same
    }

    /// Returns the number of bytes a packet has as a sample, and prepares `write(_:to:)` for it.
    mutating func sampleSize(of bytes: UnsafeRawBufferPointer) -> Int {
        guard codec != nil else { return bytes.count }
        AnnexB.findUnits(in: bytes, into: &units)
        return AnnexB.lengthPrefixedSize(of: units)
    }

    /// Writes a packet as a sample, right after `sampleSize(of:)` was asked for the same bytes.
    func write(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) {
        guard codec != nil else {
            target.copyMemory(from: bytes)
            return
        }
        AnnexB.writeLengthPrefixed(units, of: bytes, to: target)
    }

    private func toOutput(_ ticks: Int64) -> Int64 {
        inputTimescale == MovieHeader.videoTimescale
            ? ticks : rescale(ticks, from: inputTimescale, to: MovieHeader.videoTimescale)
    }
}
