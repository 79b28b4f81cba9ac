/// Which media of a description are asked for, and how they are told to libavformat.
struct MediaChoice: Equatable {
    /// Indices into the description's media; video first.
    private(set) var indices: [Int]
    /// The payload type each chosen medium has for libavformat; no two are equal.
    private(set) var payloadTypes: [UInt8]

    /// Chooses the first usable medium of each wanted kind.
    ///
    /// - Throws: `noVideo` if video is wanted and there is none that is usable.
    init(of media: [MediaDescription], wanted: Set<MediaKind>) throws(RTSPError) {
        var indices: [Int] = []
        for kind in [MediaKind.video, .audio] where wanted.contains(kind) {
            let usable = media.indices.filter { media[$0].kind == kind && media[$0].isUsable }
            guard let index = usable.first(where: { !media[$0].isSendOnly }) ?? usable.first else {
                if kind == .video { throw .noVideo }
                continue
            }
            indices.append(index)
        }
        var taken: [UInt8] = []
        for index in indices {
            let own = media[index].payloadType
            let isKept = media[index].hasTrueType && !taken.contains(own)
            let free = isKept ? own : (96...127).first { !taken.contains($0) }
            taken.append(free ?? own)
        }
        self.indices = indices
        payloadTypes = taken
    }

    /// Gives a medium up that could not be set up.
    mutating func remove(at position: Int) {
        indices.remove(at: position)
        payloadTypes.remove(at: position)
    }

    /// Returns a description of the chosen media for libavformat's SDP demuxer.
    ///
    /// It is written anew, so that nothing of the camera's text reaches the demuxer but the values
    /// of `rtpmap` and `fmtp`. Address and ports are never used with `sdp_flags=custom_io`.
    func demuxerSDP(of media: [MediaDescription]) -> String {
        var lines = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=camera", "c=IN IP4 127.0.0.1", "t=0 0"]
        for (position, index) in indices.enumerated() {
            let medium = media[index]
            let type = payloadTypes[position]
            let name = medium.encodingName == "HEVC" ? "H265" : medium.encodingName
            let channels = medium.channels > 1 ? "/\(medium.channels)" : ""
            lines.append("m=\(medium.kind.rawValue) \(5000 + 2 * position) RTP/AVP \(type)")
            lines.append("a=rtpmap:\(type) \(name)/\(medium.clockRate)\(channels)")
            if !medium.formatParameters.isEmpty {
                lines.append("a=fmtp:\(type) \(medium.formatParameters)")
            }
        }
        return lines.map { $0 + "\r\n" }.joined()
    }
}
