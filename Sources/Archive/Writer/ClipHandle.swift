import Synchronization

/// A clip that a camera's thread records to.
public final class ClipHandle: Sendable {
    /// The camera's `NAME`; nil for the one camera of `RTSP_URL`.
    public let camera: String?
    let id: UInt64
    let gauge: QueueGauge
    private let closed = Atomic<Bool>(false)
    private let ending = Atomic<Bool>(false)

    init(id: UInt64, camera: String?, gauge: QueueGauge) {
        self.id = id
        self.camera = camera
        self.gauge = gauge
    }

    /// Whether the clip takes fragments; false for good once it was ended or the disk refused it.
    public var isOpen: Bool { !closed.load(ordering: .acquiring) }

    /// Whether the clip should end at the next key frame, because it will hardly find more room; it
    /// takes fragments until then.
    public var shouldEnd: Bool { ending.load(ordering: .relaxed) }

    func askToEnd() { ending.store(true, ordering: .relaxed) }

    func close() { closed.store(true, ordering: .releasing) }
}

/// How many bytes of one camera wait for the disk, and how many were turned away.
final class QueueGauge: Sendable {
    let camera: String?
    private let limit: Int
    private let waiting = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)

    init(camera: String?, limit: Int) {
        self.camera = camera
        self.limit = limit
    }

    var bytes: Int { waiting.load(ordering: .relaxed) }

    /// Counts bytes in unless they pass the limit; an empty queue takes a fragment of any size.
    func admit(_ count: Int) -> Bool {
        // Only the camera's own thread adds, so what was read can only have become smaller since.
        let now = bytes
        guard now == 0 || now + count <= limit else {
            refused.add(count, ordering: .relaxed)
            return false
        }
        waiting.add(count, ordering: .relaxed)
        return true
    }

    func release(_ count: Int) { waiting.subtract(count, ordering: .relaxed) }

    /// Returns the bytes turned away since the last call.
    func takeRefused() -> Int { refused.exchange(0, ordering: .relaxed) }
}
