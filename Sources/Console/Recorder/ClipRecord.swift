/// Which clips are wanted.
public struct ClipListQuery: Hashable, Sendable {
    /// Only of this camera.
    public var camera: String?
    /// Only of these cameras, whether there are such or not; nil for all.
    public var among: [String]?
    /// Only clips with a frame at or after this.
    public var from: Timestamp?
    /// Only clips with a frame before this.
    public var to: Timestamp?
    /// Whether the newest come first.
    public var newestFirst = true
    /// At most so many, 1 to 1000.
    public var limit = 100
    /// `ClipPage.next` of the page before; nil for the first page.
    public var cursor: String?

    /// All clips.
    public init() {}
}

/// Some clips, and how to get the following ones.
public struct ClipPage: Codable, Hashable, Sendable {
    /// The clips.
    public var clips: [ClipRecord]
    /// The cursor of the next page; nil on the last.
    public var next: String?
    /// How many clips match the query on all pages.
    public var total: Int
    /// Their bytes.
    public var totalBytes: Int64

    /// Puts the facts together.
    public init(clips: [ClipRecord], next: String? = nil, total: Int, totalBytes: Int64) {
        self.clips = clips
        self.next = next
        self.total = total
        self.totalBytes = totalBytes
    }
}

/// One clip.
public struct ClipRecord: Codable, Hashable, Sendable {
    /// Its number: the sequence in its header, which no other clip of the volume has.
    public var id: Int64
    /// The camera's name.
    public var camera: String
    /// The file, relative to the output folder; for people, never for addressing.
    public var path: String
    /// When its first frame arrived.
    public var start: Timestamp
    /// The end of its last frame; of an open clip, so far.
    public var end: Timestamp
    /// Its length by the camera's clock.
    public var seconds: Double
    /// Bytes of the file.
    public var bytes: Int64
    /// Whether it is being recorded.
    public var open: Bool
    /// Whether a protection keeps it from being deleted.
    public var protected: Bool
    /// Whether the recorder's clock was not known to be right.
    public var clockUncertain: Bool
    /// RTP packets lost in it.
    public var lostPackets: UInt32

    /// Puts the facts together.
    public init(
        id: Int64, camera: String, path: String, start: Timestamp, end: Timestamp, seconds: Double,
        bytes: Int64, open: Bool, protected: Bool, clockUncertain: Bool, lostPackets: UInt32
    ) {
        self.id = id
        self.camera = camera
        self.path = path
        self.start = start
        self.end = end
        self.seconds = seconds
        self.bytes = bytes
        self.open = open
        self.protected = protected
        self.clockUncertain = clockUncertain
        self.lostPackets = lostPackets
    }
}

/// Which pictures of a clip are wanted.
public enum ClipFrames: String, Hashable, Sendable {
    /// The file as it is.
    case all
    /// A movie of its length without sound whose pictures are key frames, two a second at most.
    case key
}

/// A file to be sent: an open descriptor, so that a deletion meanwhile does not matter.
public struct ServedFile: Sendable {
    /// The descriptor; closed by whoever was given it, through `close`.
    public var descriptor: Int32
    /// What is sent of it.
    public var layout: FileLayout
    /// A strong validator without its quotes, the same as long as the bytes are.
    public var entityTag: String
    /// The media type, such as `video/mp4`.
    public var mediaType: String
    /// The name that a browser saves it under.
    public var name: String
    /// When it was last changed.
    public var modified: Timestamp
    /// Whether it still grows, so that no cache may keep it.
    public var grows: Bool

    /// The first `length` bytes of a file, to be sent.
    public init(
        descriptor: Int32, length: Int64, entityTag: String, mediaType: String, name: String,
        modified: Timestamp, grows: Bool
    ) {
        self.init(
            descriptor: descriptor, layout: FileLayout(wholeOf: length), entityTag: entityTag,
            mediaType: mediaType, name: name, modified: modified, grows: grows)
    }

    /// A file to be sent.
    public init(
        descriptor: Int32, layout: FileLayout, entityTag: String, mediaType: String, name: String,
        modified: Timestamp, grows: Bool
    ) {
        self.descriptor = descriptor
        self.layout = layout
        self.entityTag = entityTag
        self.mediaType = mediaType
        self.name = name
        self.modified = modified
        self.grows = grows
    }
}
