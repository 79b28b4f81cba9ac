import ISOBMFF
public import Platform

/// A stretch of time whose clips retention leaves alone until it is lifted.
public struct Protection: Hashable, Sendable {
    /// Its number in the volume, by which it is lifted.
    public var number: Int64
    /// The camera's `NAME`; nil protects all cameras.
    public var camera: String?
    /// Clips with a picture in it stay.
    public var range: Range<WallTime>
    /// Why, in the words of who asked for it.
    public var note: String

    /// A protection.
    public init(number: Int64, camera: String?, range: Range<WallTime>, note: String) {
        self.number = number
        self.camera = camera
        self.range = range
        self.note = note
    }

    /// Whether a clip stays because of it.
    func covers(_ clip: StoredClip) -> Bool {
        (camera == nil || camera == clip.camera) && clip.start < range.upperBound
            && max(clip.end, clip.start + .nanoseconds(1)) > range.lowerBound
    }

    /// Whether a clip stays because of it.
    public func covers(_ clip: CatalogClip) -> Bool {
        let owner = clip.header.cameraName.isEmpty ? nil : clip.header.cameraName
        return (camera == nil || camera == owner) && clip.start < range.upperBound
            && max(clip.endTime, clip.start + .nanoseconds(1)) > range.lowerBound
    }

    var line: JSONLine {
        JSONLine([
            "number": .integer(number), "camera": .text(camera ?? "*"),
            "from": .text(range.lowerBound.utcText), "to": .text(range.upperBound.utcText),
            "from_ns": .integer(range.lowerBound.nanoseconds),
            "to_ns": .integer(range.upperBound.nanoseconds), "note": .text(note),
        ])
    }

    init?(_ line: JSONLine) {
        guard let number = line.integer("number"), let from = line.integer("from_ns"),
            let to = line.integer("to_ns"), from < to
        else { return nil }
        let camera = line.text("camera") ?? "*"
        self.init(
            number: number, camera: camera == "*" ? nil : camera,
            range: WallTime(nanoseconds: from)..<WallTime(nanoseconds: to),
            note: line.text("note") ?? "")
    }
}
