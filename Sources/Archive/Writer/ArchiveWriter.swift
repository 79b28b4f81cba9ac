public import ISOBMFF
public import Platform
import Synchronization

/// Writes the clips of one volume and keeps its limits; cameras hand their fragments to it.
///
/// Four threads belong to it: one writes, deletes and decides; one waits for the disk to make bytes
/// safe, so that a slow flush delays no camera's writes; one looks through a volume that is new to it;
/// one keeps the index. Cameras' threads call `begin`, `append` and `end`, which never block on a disk.
public final class ArchiveWriter: Sendable {
    private let state: Mutex<State>
    private let queueLimit: Int
    /// Whether the thread that writes goes on: it beats between any two things it does.
    public let pulse = Pulse()
    private let writerBox: Mailbox<WriterMessage>
    private let syncBox: Mailbox<SyncMessage>
    private let scanBox: Mailbox<ScanMessage>
    private let writer: NamedThread
    private let syncer: NamedThread
    private let scanner: NamedThread
    private let index: IndexThread?
    /// What the writer does now.
    public let board: VolumeBoard

    private struct State {
        var nextID: UInt64 = 1
        var gauges: [String?: QueueGauge] = [:]
    }

    /// Starts the threads, which look through the volume and recover what a crash has left.
    ///
    /// Clips may be begun at once. Until the volume is known they are written if they fit whatever
    /// may lie in it, and wait in the queue otherwise.
    ///
    /// A volume that is absent is told as one whose disk went, and taken once it is there; until then
    /// not a byte is written.
    ///
    /// - Parameters:
    ///   - volume: whoever opened it keeps no reference, or a disk that was unmounted and comes back
    ///     stays locked.
    ///   - clockTrust: while it trusts no time, clips are marked and age deletes nothing.
    ///   - onEvent: called on the writer thread; must not wait for it.
    /// - Throws: `SystemError` if the system has no room for the threads.
    public init(
        volume: consuming VolumeState, settings: ArchiveSettings,
        clocks: any Clocks = SystemClocks(), clockTrust: ClockTrust = .always,
        onEvent: @escaping @Sendable (ArchiveEvent) -> Void
    ) throws(SystemError) {
        let writerBox = try Mailbox<WriterMessage>()
        let syncBox = try Mailbox<SyncMessage>()
        queueLimit = settings.queueBytesPerCamera
        self.writerBox = writerBox
        self.syncBox = syncBox
        let scanBox = try Mailbox<ScanMessage>()
        self.scanBox = scanBox
        state = Mutex(State())
        let board = VolumeBoard()
        self.board = board
        let name = volume.folder.split(separator: "/").last.map(String.init) ?? "root"
        syncer = try NamedThread(name: "sync-\(name)") {
            syncLoop(syncBox) {
                SyncEngine(interval: settings.syncInterval, clocks: clocks) {
                    writerBox.send(.synced($0))
                }
            }
        }
        let keepsIndex = settings.keepsIndex
        do throws(SystemError) {
            scanner = try NamedThread(name: "scan-\(name)") {
                scanLoop(
                    scanBox, known: { keepsIndex ? ClipIndex.knownClips(in: $0.folder) : [:] },
                    tell: { writerBox.send(.scanned($0, $1)) })
            }
        } catch {
            syncBox.send(.stop)
            syncer.join()
            throw error
        }
        var index: IndexThread?
        let folder = volume.folder
        let isThere = !volume.isAbsent
        let handover = Handover(volume)
        do throws(SystemError) {
            if settings.keepsIndex {
                index = try IndexThread(
                    name: name, folder: folder, isMounted: isThere, clocks, tell: onEvent)
            }
            let follow = index?.following(onEvent) ?? onEvent
            let pulse = pulse
            let tell: @Sendable (ArchiveEvent) -> Void = {
                pulse.beat()
                follow($0)
            }
            writer = try NamedThread(name: "vol-\(name)") {
                writerLoop(writerBox, pulse) {
                    handover.take().map {
                        ClipEngine(
                            volume: $0, settings: settings, clocks: clocks,
                            clockTrust: clockTrust, board: board,
                            scan: { scanBox.send(.look($0)) },
                            sync: { syncBox.send(.job($0)) }, tell: tell)
                    }
                }
                syncBox.send(.stop)
            }
        } catch {
            syncBox.send(.stop)
            scanBox.send(.stop)
            syncer.join()
            scanner.join()
            index?.stop()
            throw error
        }
        self.index = index
    }

    /// Bytes of fragments that wait for the disk, of all cameras.
    public var queuedBytes: Int {
        state.withLock { $0.gauges.values.reduce(0) { $0 + $1.bytes } }
    }

    /// Begins a clip; never blocks.
    ///
    /// - Returns: a handle, which is closed already if the camera's queue is full.
    public func begin(_ clip: NewClip) -> ClipHandle {
        let handle = state.withLock { state in
            let gauge =
                state.gauges[clip.camera] ?? QueueGauge(camera: clip.camera, limit: queueLimit)
            state.gauges[clip.camera] = gauge
            defer { state.nextID += 1 }
            return ClipHandle(id: state.nextID, camera: clip.camera, gauge: gauge)
        }
        if handle.gauge.admit(clip.muxerBytes.count) {
            writerBox.send(.begin(handle, clip))
        } else {
            handle.close()
        }
        return handle
    }

    /// Hands over a fragment; never blocks.
    ///
    /// One thread at a time calls it for the clips of one camera.
    ///
    /// - Returns: false if nothing was taken, because the queue is full or the clip closed. The
    ///   camera then drops samples up to its next key frame, ends this clip and begins another.
    public func append(_ fragment: Fragment, to clip: ClipHandle) -> Bool {
        guard clip.isOpen, clip.gauge.admit(fragment.byteCount) else { return false }
        writerBox.send(.append(clip, fragment))
        return true
    }

    /// Ends a clip after all that was appended to it; it is made final while others go on.
    public func end(_ clip: ClipHandle, _ ending: ClipEnding) {
        clip.close()
        writerBox.send(.end(clip, ending))
    }

    /// Changes the limits; they hold before the next byte is written.
    public func setLimits(_ limits: RetentionLimits) { writerBox.send(.limits(limits)) }

    /// Asks for the room of an export, for which the oldest clips may go.
    ///
    /// - Parameter answer: called on the writer thread with whether it is there; it is then counted
    ///   until `settle`.
    public func reserve(
        export: Int64, bytes: Int64, answer: @escaping @Sendable (Bool) -> Void
    ) {
        writerBox.send(.reserve(export: export, bytes: bytes, answer: answer))
    }

    /// Says that an export ended or was deleted, so that what its files take counts from now on.
    public func settle(export: Int64) { writerBox.send(.settle(export: export)) }

    /// Makes all clips final and waits for it; a second call returns at once.
    ///
    /// Clips that were not ended are ended as `stopped`. A disk that hangs delays it for as long.
    public func finishClips() {
        writerBox.send(.stop)
        writer.join()
        syncer.join()
        scanBox.send(.stop)
        scanner.join()
    }

    /// Makes all clips final, ends the threads and waits for them; a second call returns at once.
    ///
    /// Called once the gap ledger is written whole, which the index then repeats.
    public func stop() {
        finishClips()
        index?.stop()
    }
}
