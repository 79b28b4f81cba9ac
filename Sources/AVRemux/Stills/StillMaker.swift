public import Platform
import Synchronization

/// Makes JPEGs of key frames on a thread of its own, one at a time, and remembers the last ones.
///
/// Decoding takes a core for tens of milliseconds and reading a clip may wait for a disk: neither
/// may happen on a camera's thread or on the Swift pool. Whoever makes one stops it.
public final class StillMaker: Sendable {
    /// Why there is no picture.
    public enum Failure: Error, Hashable, Sendable {
        /// More pictures are asked for than can be made; one may ask again in a moment.
        case busy
        /// The recorder ends.
        case stopped
        /// There is no key frame, for a reason told in words.
        case missing(String)
        /// libavcodec makes no picture of it, for a reason told in words.
        case undecodable(String)
    }

    /// Pictures that may be waited for.
    private static let longestQueue = 64
    /// Bytes of JPEGs that are remembered.
    private static let cacheByteCount = 8 << 20

    private struct Job: Sendable {
        var width: Int?
        var source: @Sendable () throws(Failure) -> KeyFrame
        var answer: @Sendable (Result<[UInt8], Failure>) -> Void
    }

    private struct State {
        var jobs: [Job] = []
        var isStopping = false
    }

    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    private let shared: Shared
    private let bell: Doorbell
    private let thread: NamedThread

    /// Starts the thread.
    ///
    /// - Parameter name: the thread's, at most 15 bytes.
    /// - Throws: `SystemError` if the system has no thread or descriptor left.
    public init(name: String) throws(SystemError) {
        let shared = Shared()
        let bell = try Doorbell()
        self.shared = shared
        self.bell = bell
        thread = try NamedThread(name: name) { Self.run(shared, bell) }
    }

    /// Returns a JPEG of the key frame that `source` finds.
    ///
    /// - Parameters:
    ///   - width: pixels at most; nil is the picture's own width.
    ///   - source: called on the maker's thread, where it may read a disk.
    public func jpeg(
        width: Int?, of source: @escaping @Sendable () throws(Failure) -> KeyFrame
    ) async throws(Failure) -> [UInt8] {
        let result: Result<[UInt8], Failure> = await withCheckedContinuation { continuation in
            let job = Job(width: width, source: source) { continuation.resume(returning: $0) }
            let refusal = shared.state.withLock { state -> Failure? in
                guard !state.isStopping else { return .stopped }
                guard state.jobs.count < Self.longestQueue else { return .busy }
                state.jobs.append(job)
                return nil
            }
            if let refusal { return job.answer(.failure(refusal)) }
            bell.ring()
        }
        return try result.get()
    }

    /// Ends the thread and waits for it; pictures that are waited for fail with `stopped`.
    public func stop() {
        shared.state.withLock { $0.isStopping = true }
        bell.ring()
        thread.join()
    }

    private static func run(_ shared: Shared, _ bell: Doorbell) {
        var cache = StillCache(byteLimit: cacheByteCount)
        while true {
            let (jobs, isStopping) = shared.state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isStopping)
            }
            for job in jobs {
                let isOver = isStopping || shared.state.withLock { $0.isStopping }
                job.answer(isOver ? .failure(.stopped) : make(job, &cache))
            }
            if isStopping { return }
            if jobs.isEmpty { bell.wait(atMost: nil) }
        }
    }

    private static func make(_ job: Job, _ cache: inout StillCache) -> Result<[UInt8], Failure> {
        do throws(Failure) {
            let key = try job.source()
            let name = StillCache.Key(identity: key.identity, width: job.width)
            if let known = cache[name] { return .success(known) }
            do throws(AVError) {
                let jpeg = try key.jpeg(width: job.width)
                cache.insert(jpeg, for: name)
                return .success(jpeg)
            } catch {
                throw .undecodable("\(error)")
            }
        } catch {
            return .failure(error)
        }
    }
}
