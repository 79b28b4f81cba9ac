public import Platform

/// Which clips are asked for.
public struct ClipQuery: Hashable, Sendable {
    /// The camera's name; nil for all cameras.
    public var camera: String?
    /// Clips that have a picture in this time; nil for all.
    public var range: Range<WallTime>?

    /// All clips, or those of a camera or a time.
    public init(camera: String? = nil, range: Range<WallTime>? = nil) {
        self.camera = camera
        self.range = range
    }
}

/// The clips that were found, and what could not be looked at.
public struct ClipListing: Sendable {
    /// The clips by camera and then in the order in which they were recorded.
    public var clips: [CatalogClip] = []
    /// Files that the disk would not show.
    public var unreadable: [SystemError] = []

    /// The cameras that have clips, in order.
    public var cameras: [String] { Set(clips.map(\.camera)).sorted() }

    /// A camera's clips on a line of time.
    public func timeline(of camera: String) -> ClipTimeline {
        ClipTimeline(clips.filter { $0.camera == camera })
    }
}

/// Who knows a volume's clips: its folders, or an index of them.
public protocol ClipCatalog: Sendable {
    /// Returns the clips that `query` asks for, open ones included, as far as they can be read.
    ///
    /// - Throws: `SystemError` if the volume itself cannot be read.
    func clips(_ query: ClipQuery) throws(SystemError) -> ClipListing
}
