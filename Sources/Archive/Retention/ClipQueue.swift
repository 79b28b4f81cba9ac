/// Clips in the order in which they were recorded, and their bytes; the oldest is found at once.
struct ClipQueue: Sendable {
    private var sorted: [StoredClip] = []
    /// Clips before it are gone; they are cut off in one piece now and then.
    private var head = 0
    /// What all clips count for in the limits.
    private(set) var bytes: Int64 = 0

    /// The clips, oldest first.
    var clips: ArraySlice<StoredClip> { sorted[head...] }

    /// Adds a clip in its place; at the end, where new ones belong, that is no search.
    mutating func insert(_ clip: StoredClip) {
        bytes += clip.bytes
        guard let last = sorted.last, head < sorted.count, clip < last else {
            return sorted.append(clip)
        }
        var (low, high) = (head, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < clip { low = middle + 1 } else { high = middle }
        }
        sorted.insert(clip, at: low)
    }

    /// Adds many clips at once.
    mutating func insert(contentsOf clips: [StoredClip]) {
        sorted = (self.clips + clips).sorted()
        head = 0
        bytes = sorted.reduce(0) { $0 + $1.bytes }
    }

    /// Takes a clip out, if it is there; the oldest is found at once.
    mutating func remove(_ clip: StoredClip) {
        guard let index = clips.firstIndex(of: clip) else { return }
        bytes -= sorted[index].bytes
        guard index == head else {
            sorted.remove(at: index)
            return
        }
        head += 1
        guard head > 1024, head > sorted.count / 2 else { return }
        sorted.removeFirst(head)
        head = 0
    }
}
