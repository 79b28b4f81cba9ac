import Glibc
import ISOBMFF
import Platform

// A volume that was opened is looked through while clips are recorded to it already.
extension ClipEngine {
    /// Takes clips from now on, as far as they fit whatever may lie there, and lets it be looked
    /// through.
    func mount(_ volume: Volume) {
        var room = RoomKeeper(volume: volume, retention: Retention(limits: limits))
        do throws(SystemError) { try room.exports.measure(volume) } catch {
            return diskFailed(error)
        }
        self.room = room
        scanning?.job.cancel()
        let job = ScanJob(volume)
        scanning = Scanning(job: job)
        scan(job)
    }

    /// Whether a message must wait for more to be known of the volume.
    func waitsForScan(_ message: WriterMessage) -> Bool {
        guard let scanning, room != nil else { return false }
        if case .begin = message, !scanning.knowsNumbers { return true }
        return !hasRoom(for: message)
    }

    func take(_ finding: VolumeScanner.Finding, of job: ScanJob) {
        guard var present = scanning, present.job === job else { return }
        switch finding {
        case .newest(let sequence, let start):
            nextSequence = max(nextSequence, sequence + 1)
            start.map(clockTrust.learn)
            present.knowsNumbers = true
            scanning = present
            comeBack()
        case .sizes(let sizes, let folders):
            room?.expect(sizes, folders: folders)
        case .day(let scan):
            for error in scan.unreadable { tell(.clipUnreadable(error)) }
            let isNew = { (clip: StoredClip) in !present.created.contains(clip.path) }
            var before = scan
            before.final = scan.final.filter(isNew)
            before.open = scan.open.filter(isNew)
            room?.learn(before)
            // A clock that was wrong may have put the highest number on another day.
            nextSequence = max(nextSequence, scan.lastSequence + 1)
            before.newestStart.map(clockTrust.learn)
            present.left += before.open.map(\.path)
            scanning = present
        case .complete:
            room?.knowAll()
            scanning = nil
            lastSweep = nil
            recovering = RecoveryCount(total: present.left.count)
            for path in present.left { room?.countIndex(of: path) }
            makeRoomForIndexes()
            for path in present.left { sync(.recover(path: path, on: job.volume)) }
        case .failed(let error):
            scanning = nil
            room = nil
            diskFailed(error)
        }
    }

    /// Makes room for what recovery will write, as far as there is any to make.
    private func makeRoomForIndexes() {
        do throws(SystemError) {
            _ = try room?.make(0, of: nil, today: clocks.wall, tell: tell)
        } catch { diskFailed(error) }
    }

    /// What waits for a look through the volume that will not end in time is given up.
    func giveUpWaiting(_ waiting: [WriterMessage]) {
        for message in waiting {
            switch message {
            case .begin(let handle, let clip):
                handle.close()
                handle.gauge.release(clip.muxerBytes.count)
            case .append(let handle, let fragment): handle.gauge.release(fragment.byteCount)
            case .end(let handle, let ending): finish(handle.id, ending)
            default: perform(message)
            }
        }
    }
}

/// How far a volume is known that is being looked through.
struct Scanning {
    let job: ScanJob
    /// Whether the next clip's number is known.
    var knowsNumbers = false
    /// Clips that were begun meanwhile, which the scan may come across.
    var created: Set<String> = []
    /// Clips that a crash has left open.
    var left: [String] = []

    init(job: ScanJob) { self.job = job }
}
