import FoundationEssentials
import NIOCore
import Platform
import Synchronization

/// One camera's way into the live view: its thread puts parts in, all who watch read them.
///
/// The lock is held for no longer than it takes to append a part or to collect references to some;
/// nobody waits for anything while it is held, so the camera's thread may take it.
public final class LiveChannel: Sendable {
    /// The camera's name.
    public let camera: String
    /// The camera's number in streams.
    let number: UInt8
    private let clocks: any Clocks
    private let watched = Atomic<Bool>(false)
    private let state: Mutex<State>
    private let onNews: @Sendable () -> Void

    private struct State {
        var log = LiveLog()
        var viewers = 0
        /// Parts that viewers were too slow for, of all viewers together.
        var skipped: UInt64 = 0
        var status: LivePart
        /// Grows with every change of the status.
        var statusVersion: UInt64 = 1
        var codecs: String?
        var isPlaying = false
    }

    /// - Parameter onNews: called on the camera's thread when there is something to send.
    init(
        camera: String, number: UInt8, clocks: any Clocks, onNews: @escaping @Sendable () -> Void
    ) {
        self.camera = camera
        self.number = number
        self.clocks = clocks
        self.onNews = onNews
        let status = Self.status(camera, number, .waiting, nil, at: clocks.monotonic)
        state = Mutex(State(status: status))
    }

    /// Whether anybody watches; one atomic load.
    public var isWatched: Bool { watched.load(ordering: .relaxed) }

    /// Takes the description of the tracks; the next fragment must begin with a key frame.
    ///
    /// - Parameters:
    ///   - header: an `ftyp` and a `moov` box.
    ///   - codecs: their codecs as RFC 6381 writes them, if all have a name.
    public func begin(header: [UInt8], codecs: String?) {
        let now = clocks.monotonic
        let part = header.withUnsafeBytes {
            LivePart(.header, camera: number, time: now, payload: $0)
        }
        state.withLock { state in
            state.codecs = codecs
            state.isPlaying = true
            tell(.playing, &state, at: now)
            if state.viewers > 0 { state.log.append(part) }
        }
        onNews()
    }

    /// Takes a fragment, which is copied once for all who watch.
    ///
    /// - Parameter isKey: whether it begins with a key frame.
    public func append(fragment: UnsafeRawBufferPointer, isKey: Bool) {
        let now = clocks.monotonic
        let part = LivePart(
            isKey ? .key : .delta, camera: number, time: now, payload: fragment)
        state.withLock { state in
            // The last viewer may have left since the camera's thread looked.
            guard state.viewers > 0 else { return }
            if isKey, !state.isPlaying {
                state.isPlaying = true
                tell(.playing, &state, at: now)
            }
            state.log.append(part)
        }
        onNews()
    }

    /// Says that the session with the camera has ended.
    public func end() {
        let now = clocks.monotonic
        state.withLock { state in
            state.isPlaying = false
            tell(.waiting, &state, at: now)
        }
        onNews()
    }

    /// What a viewer knows of this channel.
    struct Reader: Sendable {
        fileprivate var place: LiveLog.Place
        fileprivate var statusVersion: UInt64 = 0
    }

    /// Parts that viewers were too slow for since the channel was made.
    var skipped: UInt64 { state.withLock { $0.skipped } }

    /// Counts a viewer in.
    func join() -> Reader {
        state.withLock { state in
            state.viewers += 1
            watched.store(true, ordering: .relaxed)
        }
        return Reader(place: LiveLog.Place(joining: clocks.monotonic))
    }

    /// Counts a viewer out; after the last one nothing is kept.
    func leave() {
        state.withLock { state in
            state.viewers -= 1
            guard state.viewers == 0 else { return }
            watched.store(false, ordering: .relaxed)
            state.log.clear()
            state.isPlaying = false
            tell(.waiting, &state, at: clocks.monotonic)
        }
    }

    /// Takes what a viewer may be sent now.
    func take(_ reader: inout Reader, into pieces: inout [ByteBuffer]) {
        let now = clocks.monotonic
        let (status, parts, place) = state.withLock { [reader] state in
            var place = reader.place
            let parts = state.log.take(&place, camera: number, now: now)
            state.skipped += place.skipped - reader.place.skipped
            let isNew = reader.statusVersion != state.statusVersion
            return ((isNew ? state.status : nil, state.statusVersion), parts, place)
        }
        reader.place = place
        reader.statusVersion = status.1
        if let status = status.0 { pieces.append(status.bytes) }
        for part in parts { pieces.append(part.bytes) }
    }

    private func tell(_ word: LiveStatus.State, _ state: inout State, at now: MonotonicTime) {
        state.status = Self.status(
            camera, number, word, word == .playing ? state.codecs : nil, at: now)
        state.statusVersion += 1
    }

    private static func status(
        _ camera: String, _ number: UInt8, _ word: LiveStatus.State, _ codecs: String?,
        at now: MonotonicTime
    ) -> LivePart {
        let status = LiveStatus(camera: camera, state: word, codecs: codecs)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = (try? encoder.encode(status)).map { Array($0) } ?? []
        return text.withUnsafeBytes {
            LivePart(.status, camera: number, time: now, payload: $0)
        }
    }
}
