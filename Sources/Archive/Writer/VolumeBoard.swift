import Platform
import Synchronization

/// What a volume's writer lets others see of its present state; may be asked from any thread.
public final class VolumeBoard: Sendable {
    /// What is used of a volume and what is left.
    public struct Usage: Hashable, Sendable {
        /// Bytes that count for the limit of the folder.
        public var used: Int64
        /// Bytes of clips that retention may delete: final, and not protected.
        public var deletable: Int64
        /// Bytes of clips that may not be deleted.
        public var protected: Int64
        /// Bytes of exports, with those that running ones will take.
        public var exports: Int64
        /// Free and total bytes of the file system.
        public var space: VolumeSpace
    }

    private struct State {
        var clips: [UInt64: ClipFacts] = [:]
        var usage: Usage?
    }

    private let state = Mutex(State())

    init() {}

    /// Clips that are not final yet, as far as they are written.
    public var openClips: [ClipFacts] { state.withLock { Array($0.clips.values) } }

    /// The clip of that number, if it is not final yet.
    public func openClip(_ sequence: UInt64) -> ClipFacts? {
        state.withLock { $0.clips[sequence] }
    }

    /// What is used, at most a second ago; nil while the volume is not mounted.
    public var usage: Usage? { state.withLock { $0.usage } }

    func show(_ clip: ClipFacts) { state.withLock { $0.clips[clip.sequence] = clip } }

    func drop(_ clip: ClipFacts) { state.withLock { $0.clips[clip.sequence] = nil } }

    func show(_ usage: Usage?) { state.withLock { $0.usage = usage } }
}

extension ClipEngine {
    /// Shows what is used now, once a second.
    func showUsage() {
        let now = clocks.monotonic
        guard lastShown.map({ now - $0 >= .seconds(1) }) ?? true else { return }
        lastShown = now
        guard let room, let space = try? room.volume.space() else { return board.show(nil) }
        board.show(
            VolumeBoard.Usage(
                used: room.used, deletable: room.ledger.bytes, protected: room.protected.bytes,
                exports: room.exports.bytes, space: space))
    }
}
