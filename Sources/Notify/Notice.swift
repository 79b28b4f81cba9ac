internal import FoundationEssentials
public import Platform

/// Something that a person is told, as a webhook and MQTT carry it.
public struct Notice: Codable, Equatable, Sendable {
    /// What it is about; the names are stable.
    public enum Event: String, Codable, CaseIterable, Sendable {
        /// A camera that should be recorded has not been for a while.
        case cameraLost = "camera.lost"
        /// It is recorded again.
        case cameraBack = "camera.back"
        /// The disk takes no clips.
        case diskLost = "disk.lost"
        /// It takes clips again.
        case diskBack = "disk.back"
        /// Less is free on the disk than is to stay free, and deleting clips did not help.
        case diskFilling = "disk.filling"
        /// Enough is free again.
        case diskRoom = "disk.room"
        /// How much of the last day was recorded.
        case digest = "digest"
        /// Somebody tries whether notices arrive.
        case test = "test"
    }

    /// Tells it from every other one; the same when it is sent again.
    public var id: String
    /// What it is about.
    public var event: Event
    /// When, in RFC 3339.
    public var time: String
    /// The camera, if it is about one.
    public var camera: String?
    /// Since when, if it is about something that lasts; RFC 3339.
    public var since: String?
    /// A sentence for people.
    public var text: String
    /// How many problems are left after it; 0 means that all is well.
    public var problems: Int
    /// The cameras' shares of a digest, 0 to 1.
    public var shares: [String: Double]?

    /// Puts the facts together, with a random `id`.
    public init(
        _ event: Event, at time: WallTime, camera: String? = nil, since: WallTime? = nil,
        problems: Int, text: String
    ) {
        id = (0..<4).map { _ in
            let digits = String(UInt32.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
        self.event = event
        self.time = time.utcText
        self.camera = camera
        self.since = since?.utcText
        self.text = text
        self.problems = problems
    }

    /// The notice as JSON, its keys in order.
    public var json: [UInt8] { [UInt8](json: self) }
}

extension [UInt8] {
    /// A value as JSON, its keys in order, slashes as they are.
    init(json value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts, numbers and dictionaries by text: nothing in them has no JSON.
        self = (try? encoder.encode(value)).map { [UInt8]($0) } ?? Array("{}".utf8)
    }
}
