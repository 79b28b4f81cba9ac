import NIOCore
import Platform
import Synchronization

/// Somebody who watches: the pieces of one stream, for one reader.
///
/// A reader that comes late for the next piece is not waited for: it is told of the gap and goes on
/// at a key frame. It costs the memory of the pieces that it is just being sent.
final class LiveViewer: AsyncSequence, Sendable {
    private let channels: [LiveChannel]
    private let hub: LiveHub
    private let hasLeft = Atomic<Bool>(false)
    private let readers: [LiveChannel.Reader]

    init(_ channels: [LiveChannel], hub: LiveHub) {
        self.channels = channels
        self.hub = hub
        readers = channels.map { $0.join() }
        hub.count(1)
    }

    deinit { leave() }

    /// Ends the stream; from any thread, any number of times.
    func leave() {
        guard !hasLeft.exchange(true, ordering: .acquiringAndReleasing) else { return }
        for channel in channels { channel.leave() }
        hub.count(-1)
        hub.wake()
    }

    func makeAsyncIterator() -> Iterator { Iterator(viewer: self) }

    struct Iterator: AsyncIteratorProtocol {
        private let viewer: LiveViewer
        private var readers: [LiveChannel.Reader]
        private var ready: ArraySlice<ByteBuffer> = []
        private var lastSent: MonotonicTime

        init(viewer: LiveViewer) {
            self.viewer = viewer
            readers = viewer.readers
            lastSent = viewer.hub.clocks.monotonic
        }

        /// Returns the next piece; nil when the stream is over.
        mutating func next() async -> ByteBuffer? {
            let hub = viewer.hub
            while true {
                guard !viewer.hasLeft.load(ordering: .acquiring), !hub.isClosed else { return nil }
                if let piece = ready.popFirst() {
                    lastSent = hub.clocks.monotonic
                    return piece
                }
                let news = hub.news
                collect()
                guard ready.isEmpty else { continue }
                if hub.clocks.monotonic - lastSent >= LiveHub.keepAlive {
                    ready = [LivePart(.keepAlive, time: lastSent).bytes]
                    continue
                }
                await hub.wait(after: news)
            }
        }

        private mutating func collect() {
            var pieces: [ByteBuffer] = []
            for (index, channel) in viewer.channels.enumerated() {
                channel.take(&readers[index], into: &pieces)
            }
            ready = pieces[...]
        }
    }
}
