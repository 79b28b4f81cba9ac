/// What clips that are not final count for in the limits; they are never deleted.
struct OpenClips: Sendable {
    private struct Entry {
        var camera: String?
        var bytes: Int64
    }

    private var entries: [String: Entry] = [:]
    private var cameras: [String?: Int64] = [:]
    /// What all of them count for.
    private(set) var bytes: Int64 = 0

    /// What one camera's count for.
    func bytes(of camera: String?) -> Int64 { cameras[camera] ?? 0 }

    /// What one clip counts for; nil if it is not among them.
    func bytes(at path: String) -> Int64? { entries[path]?.bytes }

    /// Counts a clip, or counts it anew.
    mutating func set(_ path: String, of camera: String?, to bytes: Int64) {
        remove(path)
        entries[path] = Entry(camera: camera, bytes: bytes)
        cameras[camera, default: 0] += bytes
        self.bytes += bytes
    }

    /// Counts a clip for so much more.
    mutating func add(_ bytes: Int64, to path: String) {
        guard let entry = entries[path] else { return }
        set(path, of: entry.camera, to: entry.bytes + bytes)
    }

    /// Counts a clip no more.
    mutating func remove(_ path: String) {
        guard let entry = entries.removeValue(forKey: path) else { return }
        cameras[entry.camera, default: 0] -= entry.bytes
        bytes -= entry.bytes
    }
}
