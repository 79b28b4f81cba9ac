/// JPEGs that were made lately; the one that was not asked for the longest goes first.
struct StillCache {
    /// A picture in a width.
    struct Key: Hashable {
        var identity: String
        var width: Int?
    }

    private var pictures: [(key: Key, jpeg: [UInt8])] = []
    private var byteCount = 0
    private let byteLimit: Int

    /// - Parameter byteLimit: bytes of all pictures together.
    init(byteLimit: Int) { self.byteLimit = byteLimit }

    /// The picture, if it is still known; it then counts as the latest.
    subscript(key: Key) -> [UInt8]? {
        mutating get {
            guard let index = pictures.firstIndex(where: { $0.key == key }) else { return nil }
            let found = pictures.remove(at: index)
            pictures.append(found)
            return found.jpeg
        }
    }

    /// Remembers a picture that is not known yet.
    mutating func insert(_ jpeg: [UInt8], for key: Key) {
        pictures.append((key, jpeg))
        byteCount += jpeg.count
        while byteCount > byteLimit, !pictures.isEmpty {
            byteCount -= pictures.removeFirst().jpeg.count
        }
    }
}
