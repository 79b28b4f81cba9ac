import AVRemux
import Archive
import ISOBMFF
import Platform
import Synchronization

/// Hands one camera's clips to the archive, in the archive's words.
final class ArchiveSink: ClipSink {
    private let writer: ArchiveWriter
    /// The folder of the clips; nil for the camera of `RTSP_URL`.
    private let folder: String?
    private let gaps: GapReporter
    private let clips = Mutex<(next: UInt64, open: [ClipToken: RecordedClip])>((1, [:]))

    init(writer: ArchiveWriter, folder: String?, gaps: GapReporter) {
        self.writer = writer
        self.folder = folder
        self.gaps = gaps
    }

    func begin(_ clip: ClipStart) -> ClipToken {
        let camera = GapReporter.name(folder)
        let start = Instant(wall: clip.start, monotonic: clip.startMonotonic)
        // The ledger hears of it before the disk can have taken it.
        gaps.keeper.tell(.clipBegun(start: start), of: camera)
        let handle = writer.begin(
            NewClip(
                camera: folder, start: clip.start, startMonotonic: clip.startMonotonic,
                muxerBytes: clip.muxerBytes))
        return clips.withLock { clips in
            let token = ClipToken(number: clips.next)
            clips.next += 1
            clips.open[token] = RecordedClip(
                handle, start: start, camera: camera, gaps: gaps)
            return token
        }
    }

    func append(_ fragment: Fragment, to clip: ClipToken) -> ClipAnswer {
        guard let handle = clips.withLock({ $0.open[clip]?.handle }) else { return .closed }
        let isTaken = writer.append(fragment, to: handle)
        let time = WallTime(nanoseconds: fragment.wallNanoseconds)
        clips.withLock { $0.open[clip]?.note(taken: isTaken, at: time) }
        if isTaken { return handle.shouldEnd ? .takenAsRoomEnds : .taken }
        return handle.isOpen ? .noRoom : .closed
    }

    func end(_ clip: ClipToken, _ finish: ClipFinish) {
        guard let recorded = clips.withLock({ $0.open.removeValue(forKey: clip) }) else { return }
        gaps.keeper.tell(
            .clipEnded(
                start: recorded.start.wall,
                end: Instant(wall: finish.end, monotonic: finish.endMonotonic),
                LedgerCause(finish.reason)),
            of: GapReporter.name(folder))
        writer.end(
            recorded.handle,
            ClipEnding(
                reason: EndReason(finish.reason), end: finish.end,
                endMonotonic: finish.endMonotonic,
                lostPackets: UInt32(clamping: finish.lostPackets),
                timeRepairs: UInt32(clamping: finish.timeRepairs)))
    }
}

extension EndReason {
    /// The clip format's word for a camera's.
    init(_ reason: ClipFinish.Reason) {
        switch reason {
        case .rotated: self = .rotated
        case .stopped: self = .stopped
        case .cameraClosed: self = .cameraClosed
        case .stalled: self = .stalled
        case .parametersChanged: self = .parametersChanged
        case .timeJump: self = .timeJump
        case .diskFailed: self = .diskError
        case .sizeLimit: self = .sizeLimit
        }
    }
}
