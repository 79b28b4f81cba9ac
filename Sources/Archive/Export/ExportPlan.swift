import ISOBMFF
public import Platform

/// What is to be exported.
public struct ExportRequest: Hashable, Sendable {
    /// The camera's name.
    public var camera: String
    /// The time that is wanted.
    public var range: Range<WallTime>
    /// Whether players shall begin at the start of the range and not at the key frame before it.
    public var isExact: Bool

    /// Asks for a camera's pictures of a time.
    public init(camera: String, range: Range<WallTime>, isExact: Bool = false) {
        self.camera = camera
        self.range = range
        self.isExact = isExact
    }
}

/// Everything that an export will write, before a byte of it is written.
public struct ExportPlan: Sendable {
    /// Bytes of a clip that follow what is written already.
    struct Copy: Hashable, Sendable {
        /// The clip's place in `sources`.
        var source: Int
        var offset: UInt64
        var byteCount: UInt64
    }

    /// A clip and how much of it is exported.
    public struct Source: Hashable, Sendable {
        /// The clip.
        public var clip: CatalogClip
        /// The time from its first to the end of its last exported picture.
        public var range: Range<WallTime>
    }

    /// What was asked for.
    public let request: ExportRequest
    /// The clips, in order.
    public internal(set) var sources: [Source] = []
    /// Unbroken stretches of pictures, in order.
    public internal(set) var covered: [Range<WallTime>] = []
    /// Steps of the wall clock inside the export.
    public internal(set) var clockSteps: [ClipTimeline.ClockStep] = []
    /// What a player shows first: the key frame, or with an exact start the frame at that time.
    public internal(set) var presentedStart = WallTime(nanoseconds: 0)
    /// Files near that time that the disk would not show.
    public internal(set) var unreadable: [SystemError] = []
    var movie = JoinedMovie()
    var copies: [Copy] = []

    /// Time inside the request without pictures.
    public var gaps: [CoverageGap] {
        var gaps: [CoverageGap] = []
        var end = request.range.lowerBound
        for stretch in covered {
            if stretch.lowerBound > end {
                gaps.append(CoverageGap(start: end, end: stretch.lowerBound))
            }
            end = max(end, stretch.upperBound)
        }
        if end < request.range.upperBound {
            gaps.append(CoverageGap(start: end, end: request.range.upperBound))
        }
        return gaps.filter { $0.duration.nanoseconds > ClipTimeline.shortestGap }
    }

    /// The key frame with which decoding begins.
    public var start: WallTime { covered.first?.lowerBound ?? request.range.lowerBound }

    /// The end of the last picture.
    public var end: WallTime { covered.last?.upperBound ?? request.range.lowerBound }

    /// By how much the first picture is earlier than the request; zero if it is not.
    public var lead: Duration { max(.zero, request.range.lowerBound - presentedStart) }

    /// Bytes of all samples; the file is larger by its header.
    public var payloadByteCount: UInt64 { movie.payloadByteCount }

    /// Bytes of boxes in front of the samples.
    func header() throws(FormatError) -> [UInt8] { try movie.header() }
}
