/// Which lines of the log are wanted.
public struct LogQuery: Hashable, Sendable {
    /// The least important level: `DEBUG`, `INFO`, `WARNING` or `ERROR`.
    public var level: String?
    /// Only lines with this text in them, whatever the case.
    public var search: String?
    /// Only of this camera.
    public var camera: String?
    /// Only lines before this one's `position`; nil for the newest.
    public var before: Int64?
    /// `LogPage.older` of the page before: only lines of the log's files before that place.
    public var older: String?
    /// At most so many, 1 to 1000.
    public var limit = 500

    /// The newest lines.
    public init() {}
}

/// Some lines of the log, the newest first.
public struct LogPage: Codable, Hashable, Sendable {
    /// The lines.
    public var lines: [LogLine]
    /// `before` of the next page; nil once the lines that are remembered are at their end.
    public var next: Int64?
    /// `older` of the next page, which is read from the log's files; nil while there is `next`.
    ///
    /// It is nil on the last page too. A page may have no line and say where to go on.
    public var older: String?

    /// Puts the facts together.
    public init(lines: [LogLine], next: Int64? = nil, older: String? = nil) {
        self.lines = lines
        self.next = next
        self.older = older
    }
}

/// A line of the log; passwords are struck out before it is kept anywhere.
public struct LogLine: Codable, Hashable, Sendable {
    /// Grows from line to line of one run of the recorder; 0 for a line of the log's files.
    public var position: Int64
    /// When.
    public var time: Timestamp
    /// `DEBUG`, `INFO`, `WARNING` or `ERROR`.
    public var level: String
    /// A stable name of what it is about.
    public var event: String
    /// The camera, if it is about one.
    public var camera: String?
    /// A sentence for people.
    public var message: String

    /// Puts the facts together.
    public init(
        position: Int64, time: Timestamp, level: String, event: String, camera: String? = nil,
        message: String
    ) {
        self.position = position
        self.time = time
        self.level = level
        self.event = event
        self.camera = camera
        self.message = message
    }
}
