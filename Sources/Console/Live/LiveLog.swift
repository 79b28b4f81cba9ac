import NIOCore
import Platform

/// The latest parts of one camera, which all who watch it read at their own pace.
///
/// A value without a clock or a lock. There are no queues of viewers: each has a place in this one
/// log, so that a hundred slow viewers hold no more memory than none. The log reaches back to the
/// last key frame, so that another viewer begins at once, and for three seconds, so that a hiccup of
/// a network costs nothing; it never holds more than 4 MiB.
struct LiveLog: Sendable {
    /// Who is further behind than this goes on at the next key frame.
    static let greatestAge = Duration.seconds(3)
    /// Bytes that are kept at most.
    static let greatestByteCount = 4 << 20
    /// Bytes that a reader takes at once, or one part if that is longer.
    static let pieceByteCount = 256 << 10

    /// A viewer's place.
    struct Place: Sendable {
        /// The number of the part that comes next; nil while a key frame is waited for.
        fileprivate(set) var next: UInt64?
        /// The number that the awaited key frame has at least.
        fileprivate var earliest: UInt64 = 0
        /// Parts that the viewer was too slow for.
        fileprivate(set) var skipped: UInt64 = 0
        /// Since when the viewer could have read: what is older is no sign that it is slow.
        fileprivate var since: MonotonicTime

        /// The place of a viewer that joins.
        init(joining now: MonotonicTime) { since = now }
    }

    private var parts: [LivePart] = []
    /// The number of the first part that is kept.
    private var first: UInt64 = 0
    /// The number of the latest key frame, while it is kept and no header followed.
    private var key: UInt64?
    private var header: LivePart?
    /// Bytes of all parts that are kept.
    private(set) var byteCount = 0

    /// The number that the next part will have.
    private var end: UInt64 { first + UInt64(parts.count) }

    /// Adds what came from the camera; a fragment that nobody could decode is left out.
    mutating func append(_ part: LivePart) {
        switch part.kind {
        case .header:
            header = part
            key = nil
        case .key: key = end
        default: guard key != nil else { return }
        }
        parts.append(part)
        byteCount += part.bytes.readableBytes
        drop(latest: part)
    }

    /// Forgets all parts, because nobody watches or the session is over.
    mutating func clear() {
        first = end
        parts = []
        byteCount = 0
        key = nil
    }

    /// Drops the oldest parts that are of no more use when `latest` has come.
    private mutating func drop(latest: LivePart) {
        let needed = key ?? end - 1
        var count = 0
        for part in parts {
            let number = first + UInt64(count)
            let isOver = number < needed && latest.time - part.time > Self.greatestAge
            guard isOver || byteCount > Self.greatestByteCount else { break }
            byteCount -= part.bytes.readableBytes
            if number == key { key = nil }
            count += 1
        }
        parts.removeFirst(count)
        first += UInt64(count)
    }

    /// Takes what a viewer may be sent now and moves its place on.
    ///
    /// - Parameters:
    ///   - camera: the number for a part that says that something was left out.
    /// - Returns: parts in order, at most about `pieceByteCount` bytes; empty if nothing is new.
    func take(_ place: inout Place, camera: UInt8, now: MonotonicTime) -> [LivePart] {
        var taken: [LivePart] = []
        if let next = place.next, isLate(next, place, now) {
            taken.append(LivePart(.gap, camera: camera, time: now))
            place.skipped += end - next
            place.next = nil
            place.earliest = end
        }
        if place.next == nil, let key, key >= place.earliest {
            if let header { taken.append(header) }
            place.next = key
            place.since = now
        }
        guard var next = place.next else { return taken }
        var room = Self.pieceByteCount
        while next < end, room > 0 {
            let part = parts[Int(next - first)]
            taken.append(part)
            room -= part.bytes.readableBytes
            next += 1
        }
        place.next = next
        return taken
    }

    private func isLate(_ next: UInt64, _ place: Place, _ now: MonotonicTime) -> Bool {
        guard next >= first else { return true }
        guard next < end else { return false }
        let time = parts[Int(next - first)].time
        return now - max(time, place.since) > Self.greatestAge
    }
}
