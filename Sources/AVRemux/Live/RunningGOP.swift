/// The camera's pictures from the last key frame on, kept for somebody who comes to watch.
///
/// They share the packets' memory, so that keeping costs no copy. A GOP that outgrows a bound is
/// dropped whole, because what is left of it could not be decoded; the next key frame begins another.
/// Lives on the camera's thread.
struct RunningGOP {
    /// A picture whose duration is known.
    struct Picture {
        var frame: ClipSequence.Frame
        /// In video ticks.
        var duration: Int64
        /// Bytes of the sample.
        var size: Int
    }

    /// Six seconds of 4 Mbit/s; the hub's log takes 4 MiB and has room for what comes meanwhile.
    static let greatestByteCount = 3 << 20
    /// Ten seconds of 30 pictures: a viewer has to decode them all before the newest is seen.
    static let greatestCount = 300

    /// From the key frame on, in decoding order; empty if the GOP has outgrown a bound.
    private(set) var pictures: [Picture] = []
    private var byteCount = 0

    /// Adds the next picture.
    mutating func append(_ picture: Picture) {
        if picture.frame.isKey { clear() }
        guard picture.frame.isKey || !pictures.isEmpty else { return }
        pictures.append(picture)
        byteCount += picture.size
        if byteCount > Self.greatestByteCount || pictures.count > Self.greatestCount { clear() }
    }

    /// Forgets all pictures.
    mutating func clear() {
        pictures.removeAll(keepingCapacity: true)
        byteCount = 0
    }
}
