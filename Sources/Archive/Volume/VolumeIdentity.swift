import FoundationEssentials
public import Platform

/// Who a volume is: written once into `.cctv/volume.json` and carried by the disk ever after.
public struct VolumeIdentity: Hashable, Sendable {
    /// A random UUID in its canonical spelling.
    public var uuid: String
    /// When the folder became a volume; whole seconds.
    public var created: WallTime

    /// An identity that is known already.
    public init(uuid: String, created: WallTime) {
        self.uuid = uuid
        self.created = created
    }

    /// A new identity that no other volume has.
    static func fresh(now: WallTime) -> Self {
        let second = now.nanoseconds / 1_000_000_000 * 1_000_000_000
        return Self(uuid: UUID().uuidString, created: WallTime(nanoseconds: second))
    }

    /// The marker's text as a JSON object.
    var json: [UInt8] {
        let created = Date(timeIntervalSince1970: Double(created.nanoseconds) / 1e9)
        let text = "{\"uuid\":\"\(uuid)\",\"created\":\"\(created.ISO8601Format())\"}\n"
        return Array(text.utf8)
    }

    /// Reads a marker; nil if it is torn or not one.
    init?(json: [UInt8]) {
        struct Marker: Decodable {
            var uuid: UUID
            var created: String
        }
        guard let marker = try? JSONDecoder().decode(Marker.self, from: Data(json)) else {
            return nil
        }
        uuid = marker.uuid.uuidString
        let date = try? Date(marker.created, strategy: .iso8601)
        created = WallTime(
            nanoseconds: Int64((date?.timeIntervalSince1970 ?? 0) * 1e9))
    }
}
