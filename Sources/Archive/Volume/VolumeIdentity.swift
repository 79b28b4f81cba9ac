import Platform

/// Who a volume is: written once into `.cctv/volume.json` and carried by the disk ever after.
public struct VolumeIdentity: Hashable, Sendable {
    /// A random UUID (RFC 9562 version 4) in its canonical spelling.
    public var uuid: String
    /// When the folder became a volume; to the millisecond.
    public var created: String

    /// An identity that is known already.
    public init(uuid: String, created: String) {
        self.uuid = uuid
        self.created = created
    }

    /// A new identity that no other volume has.
    static func fresh(now: WallTime) -> Self {
        var random = SystemRandomNumberGenerator()
        // Version and variant take six of the bits.
        let high = random.next() & 0xffff_ffff_ffff_0fff | 0x4000
        let low = random.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        let digits = Array(hexadecimal(high) + hexadecimal(low))
        let uuid = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
        return Self(uuid: uuid.joined(separator: "-"), created: now.utcText)
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The marker's text as a JSON object.
    var json: [UInt8] { JSONLine(["uuid": .text(uuid), "created": .text(created)]).bytes }

    /// Reads a marker; nil if it is torn or not one.
    init?(json: [UInt8]) {
        guard let marker = JSONLine(json), let uuid = marker.text("uuid"), uuid.utf8.count == 36
        else { return nil }
        self.init(uuid: uuid, created: marker.text("created") ?? "")
    }
}
