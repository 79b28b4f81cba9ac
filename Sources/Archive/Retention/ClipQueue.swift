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
    ///
    /// A clip that is there already, because a scan and a recovery have both found it, counts for what
    /// it takes now.
    mutating func insert(_ clip: StoredClip) {
        bytes += clip.bytes
        guard let last = sorted.last, head < sorted.count, !(last < clip) else {
            return sorted.append(clip)
        }
        let place = place(of: clip)
        guard clip < sorted[place] else {
            bytes -= sorted[place].bytes
            sorted[place] = clip
            return
        }
        sorted.insert(clip, at: place)
    }

    /// Adds many clips at once.
    mutating func insert(contentsOf clips: [StoredClip]) {
        // What is counted already is newer than what a scan has seen.
        sorted = (self.clips + clips.filter { !contains($0) }).sorted()
        head = 0
        bytes = sorted.reduce(0) { $0 + $1.bytes }
    }

    /// Where the first clip is that is not older.
    private func place(of clip: StoredClip) -> Int {
        var (low, high) = (head, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < clip { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func contains(_ clip: StoredClip) -> Bool {
        let place = place(of: clip)
        return place < sorted.count && !(clip < sorted[place])
    }

    /// Takes a clip out, if it is there; the oldest is found at once.
    mutating func remove(_ clip: StoredClip) {
        let index = place(of: clip)
        guard index < sorted.count, !(clip < sorted[index]) else { return }
        bytes -= sorted[index].bytes
        guard index == head else {
            sorted.remove(at: index)
            return
        }
        head += 1
        // As many as are left at least, so that a clip is moved once on average.
        guard head > 32, head > sorted.count / 2 else { return }
        sorted.removeFirst(head)
        head = 0
    }
}
