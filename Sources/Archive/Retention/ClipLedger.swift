/// The clips that may be deleted, oldest first, and their bytes: no sweep walks the folder.
///
/// Each camera has a queue of its own, because it may have limits of its own.
struct ClipLedger: Sendable {
    private var queues: [String?: ClipQueue] = [:]
    /// What all clips count for in the limits.
    private(set) var bytes: Int64 = 0

    /// Whose clips there are.
    var cameras: [String?] { Array(queues.keys) }
    /// How many clips there are.
    var count: Int { queues.values.reduce(0) { $0 + $1.clips.count } }
    /// All clips, in no order.
    var all: [StoredClip] { queues.values.flatMap(\.clips) }

    /// A camera's clips, oldest first.
    func clips(of camera: String?) -> ArraySlice<StoredClip> { queues[camera]?.clips ?? [] }

    /// What a camera's clips count for.
    func bytes(of camera: String?) -> Int64 { queues[camera]?.bytes ?? 0 }

    /// The clips of all cameras, oldest first, as far as one asks for them.
    var oldestFirst: OldestFirst { OldestFirst(queues: queues.values.map(\.clips)) }

    /// Adds a clip in its place.
    mutating func insert(_ clip: StoredClip) {
        var queue = queues.removeValue(forKey: clip.camera) ?? ClipQueue()
        bytes -= queue.bytes
        queue.insert(clip)
        bytes += queue.bytes
        queues[clip.camera] = queue
    }

    /// Adds many clips at once.
    mutating func insert(contentsOf clips: [StoredClip]) {
        for (camera, clips) in Dictionary(grouping: clips, by: \.camera) {
            queues[camera, default: ClipQueue()].insert(contentsOf: clips)
        }
        bytes = queues.values.reduce(0) { $0 + $1.bytes }
    }

    /// Takes a clip out, if it is there; the oldest of its camera is found at once.
    mutating func remove(_ clip: StoredClip) {
        guard var queue = queues.removeValue(forKey: clip.camera) else { return }
        bytes -= queue.bytes
        queue.remove(clip)
        bytes += queue.bytes
        if !queue.clips.isEmpty { queues[clip.camera] = queue }
    }

    /// Walks several queues as if they were one.
    struct OldestFirst: Sequence, IteratorProtocol {
        fileprivate var queues: [ArraySlice<StoredClip>]

        mutating func next() -> StoredClip? {
            var oldest: (queue: Int, clip: StoredClip)?
            for (number, queue) in queues.enumerated() {
                guard let first = queue.first else { continue }
                if oldest.map({ first < $0.clip }) ?? true { oldest = (number, first) }
            }
            guard let oldest else { return nil }
            queues[oldest.queue].removeFirst()
            return oldest.clip
        }
    }
}
