/// A stretch of time whose clips are not deleted.
public struct ProtectionRecord: Codable, Hashable, Sendable {
    /// Its number, by which it is lifted.
    public var number: Int64
    /// The camera; nil protects all.
    public var camera: String?
    /// From when.
    public var from: Timestamp
    /// Until when.
    public var to: Timestamp
    /// Why, in the words of who asked for it.
    public var note: String
    /// Bytes of the clips it keeps.
    public var bytes: Int64

    /// Puts the facts together.
    public init(
        number: Int64, camera: String? = nil, from: Timestamp, to: Timestamp, note: String,
        bytes: Int64
    ) {
        self.number = number
        self.camera = camera
        self.from = from
        self.to = to
        self.note = note
        self.bytes = bytes
    }
}

/// A protection that is wanted.
public struct ProtectionDraft: Codable, Hashable, Sendable {
    /// The camera; nil protects all.
    public var camera: String?
    /// From when.
    public var from: Timestamp
    /// Until when; after `from`.
    public var to: Timestamp
    /// Why; at most 500 characters.
    public var note: String?

    /// Puts the facts together.
    public init(camera: String? = nil, from: Timestamp, to: Timestamp, note: String? = nil) {
        self.camera = camera
        self.from = from
        self.to = to
        self.note = note
    }
}
