import FakeCamera
import ISOBMFF
import Synchronization

@testable import AVRemux

/// Somebody who watches a camera and keeps what was shown.
final class Audience: LiveSink {
    /// One thing that was shown.
    enum Part: Sendable {
        case header(LiveHeader)
        case fragment(Fragment)
        case end
    }

    private let watching: Mutex<Bool>
    private let shown = Mutex<[Part]>([])

    init(watches: Bool = true) { watching = Mutex(watches) }

    /// All that was shown, in its order.
    var parts: [Part] { shown.withLock { $0 } }
    var headers: [LiveHeader] {
        parts.compactMap { if case .header(let header) = $0 { header } else { nil } }
    }
    var fragments: [Fragment] {
        parts.compactMap { if case .fragment(let fragment) = $0 { fragment } else { nil } }
    }

    /// Begins or ceases to watch.
    func watch(_ isWatching: Bool) { watching.withLock { $0 = isWatching } }

    var isWatched: Bool { watching.withLock { $0 } }
    func begin(_ header: LiveHeader) { shown.withLock { $0.append(.header(header)) } }
    func append(_ fragment: Fragment) { shown.withLock { $0.append(.fragment(fragment)) } }
    func end() { shown.withLock { $0.append(.end) } }
}

extension Fragment {
    /// All its bytes.
    var bytes: [UInt8] { withBytes { Array($0) } }

    /// The camera's own number of the picture in it; nil if it is sound alone.
    var frameNumber: UInt64? {
        guard let run = runs.first, run.trackID == 1 else { return nil }
        return withBytes { bytes in
            let end = run.dataOffset + Int(run.byteCount)
            let picture = UnsafeRawBufferPointer(rebasing: bytes[run.dataOffset..<end])
            return FrameLedger.mark(in: picture)?.counter
        }
    }
}
