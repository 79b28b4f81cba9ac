import Glibc
public import Platform
import Synchronization

/// The live view of all cameras: a channel for each, and a thread that wakes those who watch.
///
/// A camera's thread only rings a bell. The thread `live` then wakes the viewers that have read
/// everything, at most a hundred times a second, so that what a camera's thread does is the same for
/// one viewer and for two hundred. Whoever makes a hub closes it.
public final class LiveHub: Sendable {
    /// A viewer that nothing was sent to for so long is sent a sign of life.
    static let keepAlive = Duration.seconds(5)
    /// The shortest time from one waking to the next, in microseconds.
    private static let pace: UInt32 = 10_000
    /// The greatest number of cameras that may ever be named while the recorder runs.
    private static let greatestCount = 256

    let clocks: any Clocks
    private let shared: Shared
    private let thread: NamedThread

    private final class Shared: Sendable {
        let bell: Doorbell
        /// Grows whenever there is something to look for.
        let news = Atomic<UInt64>(0)
        let isClosed = Atomic<Bool>(false)
        let viewers = Atomic<Int>(0)
        let channels = Mutex<[String: LiveChannel]>([:])
        let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])

        init() throws(SystemError) { bell = try Doorbell() }

        func ring() {
            news.add(1, ordering: .releasing)
            bell.ring()
        }
    }

    /// Starts the thread.
    ///
    /// - Throws: `SystemError` if the system has no thread or descriptor left.
    public init(clocks: any Clocks = SystemClocks()) throws(SystemError) {
        self.clocks = clocks
        let shared = try Shared()
        self.shared = shared
        thread = try NamedThread(name: "live", stackSize: 256 << 10) { Self.run(shared) }
    }

    /// Returns a camera's channel; the same for the same name as long as the hub lives.
    ///
    /// - Returns: nil if 256 cameras have had other names.
    public func channel(of camera: String) -> LiveChannel? {
        shared.channels.withLock { channels in
            if let known = channels[camera] { return known }
            guard channels.count < Self.greatestCount else { return nil }
            let channel = LiveChannel(
                camera: camera, number: UInt8(channels.count), clocks: clocks
            ) { [shared] in shared.ring() }
            channels[camera] = channel
            return channel
        }
    }

    /// Lets somebody watch some cameras, until the viewer leaves or the hub is closed.
    ///
    /// A camera that cannot have a channel is left out.
    func join(_ cameras: [String]) -> LiveViewer {
        LiveViewer(cameras.compactMap { channel(of: $0) }, hub: self)
    }

    /// How many watch now.
    public var viewers: Int { shared.viewers.load(ordering: .relaxed) }

    /// Fragments that viewers were too slow for since the hub was made.
    public var skippedFragments: UInt64 {
        shared.channels.withLock { Array($0.values) }.reduce(0) { $0 + $1.skipped }
    }

    /// Counts a viewer in with 1, out with -1.
    func count(_ change: Int) { shared.viewers.add(change, ordering: .relaxed) }

    /// Ends every stream and the thread; returns when it has ended.
    public func close() {
        shared.isClosed.store(true, ordering: .releasing)
        shared.ring()
        thread.join()
    }

    /// Whether every stream is to end.
    var isClosed: Bool { shared.isClosed.load(ordering: .acquiring) }

    /// What `wait` compares with: to be read before one looks whether there is something to send.
    var news: UInt64 { shared.news.load(ordering: .acquiring) }

    /// Makes every waiting viewer look again.
    func wake() { shared.ring() }

    /// Waits until there is news after `seen`, or it is time for a sign of life.
    func wait(after seen: UInt64) async {
        await withCheckedContinuation { continuation in
            let isOld = shared.waiting.withLock { waiting in
                guard shared.news.load(ordering: .acquiring) == seen else { return true }
                waiting.append(continuation)
                return false
            }
            if isOld { continuation.resume() }
        }
    }

    private static func run(_ shared: Shared) {
        while true {
            shared.bell.wait(atMost: keepAlive)
            let isClosed = shared.isClosed.load(ordering: .acquiring)
            let waiting = shared.waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            for each in waiting { each.resume() }
            if isClosed { return }
            // Cameras bring several frames at a time: one waking then serves them all.
            usleep(pace)
        }
    }
}
