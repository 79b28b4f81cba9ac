import Glibc
import ISOBMFF
import Platform

/// Looks through a volume beside its writer and tells what it finds piece by piece.
///
/// What recording needs comes first: the numbers of the newest clips, then what all files take, then
/// the clips day by day, so that the oldest are known before a clip must go.
struct VolumeScanner {
    /// What is told, in this order.
    enum Finding: Sendable {
        /// The highest number that was found, and the start of the newest clip of a good clock.
        case newest(sequence: UInt64, start: WallTime?)
        /// What files that look like clips take, by the folder of their camera, and the folders.
        case sizes([String?: Int64], folders: [String])
        /// The clips of a day.
        case day(VolumeScan)
        /// There is no more.
        case complete
        /// The volume cannot be looked through.
        case failed(SystemError)
    }

    private struct File {
        let name: String
        let path: String
        var bytes: Int64 = 0

        /// The folder in which a camera's days lie; nil for the camera of `RTSP_URL`.
        var camera: String? {
            let parts = path.split(separator: "/")
            return parts.count > 2 ? String(parts[0]) : nil
        }
    }

    private let volume: Volume
    private let known: [String: StoredClip]
    private let isStopping: () -> Bool

    /// - Parameters:
    ///   - known: final clips by path, which are believed without being opened.
    ///   - isStopping: asked between files; nothing is told after it was true.
    init(
        _ volume: Volume, known: [String: StoredClip] = [:],
        isStopping: @escaping () -> Bool = { false }
    ) {
        self.volume = volume
        self.known = known
        self.isStopping = isStopping
    }

    func run(tell: (Finding) -> Void) {
        do throws(SystemError) {
            let walk = ClipWalk(disk: volume.disk, root: volume.root)
            let folders = try walk.days()
            let days = Set(folders.map { $0.suffix(10) }).sorted()
            var files: [Substring: [File]] = [:]
            for folder in folders where !isStopping() {
                let found = try walk.files(of: folder).filter {
                    ClipName.isClip($0.name) || $0.name.hasSuffix(VolumeScan.quarantined)
                }
                files[folder.suffix(10), default: []] += found.map { File(name: $0.0, path: $0.1) }
            }
            guard !isStopping() else { return }
            tell(newest(folders, files))
            var sizes: [String?: Int64] = [:]
            for day in days {
                measure(&files[day, default: []])
                for file in files[day] ?? [] { sizes[file.camera, default: 0] += file.bytes }
            }
            guard !isStopping() else { return }
            tell(.sizes(sizes, folders: folders))
            for day in days {
                let scan = look(at: files[day] ?? [])
                guard !isStopping() else { return }
                tell(.day(scan))
            }
            tell(.complete)
        } catch { tell(.failed(error)) }
    }

    /// Looks at each camera's newest day: numbers grow with time, but for steps of the clock.
    private func newest(_ folders: [String], _ files: [Substring: [File]]) -> Finding {
        var newest = VolumeScan()
        newest.final = Array(known.values)
        newest.lastSequence = known.values.reduce(0) { max($0, $1.sequence) }
        for (_, days) in Dictionary(grouping: folders, by: { $0.dropLast(10) }) {
            guard let last = days.max() else { continue }
            for file in files[last.suffix(10)] ?? []
            where file.path.hasPrefix(last + "/") && known[file.path] == nil && !isStopping() {
                // A file that cannot be read is told of when its day is looked at.
                try? newest.look(at: file.path, file.name, volume)
            }
        }
        return .newest(sequence: newest.lastSequence, start: newest.newestStart)
    }

    private func measure(_ files: inout [File]) {
        for index in files.indices where !isStopping() {
            let path = files[index].path
            if let clip = known[path] {
                files[index].bytes = clip.bytes
            } else if let file = try? volume.disk.openat(volume.root, path, O_RDONLY, 0) {
                files[index].bytes = (try? volume.disk.fstat(file).counted) ?? 0
            }
        }
    }

    private func look(at files: [File]) -> VolumeScan {
        var scan = VolumeScan()
        for file in files where !isStopping() {
            scan.sizes[file.camera, default: 0] += file.bytes
            if let clip = known[file.path] {
                scan.final.append(clip)
                scan.lastSequence = max(scan.lastSequence, clip.sequence)
                continue
            }
            do throws(SystemError) { try scan.look(at: file.path, file.name, volume) } catch {
                // One that went meanwhile was deleted by hand.
                if error.code != ENOENT { scan.unreadable.append(error) }
            }
        }
        return scan
    }
}

extension VolumeScan {
    /// Looks through the whole volume at once.
    init(_ volume: Volume, known: [String: StoredClip] = [:]) throws(SystemError) {
        self.init()
        var failure: SystemError?
        var whole = VolumeScan()
        VolumeScanner(volume, known: known).run { finding in
            switch finding {
            case .day(let scan):
                whole.final += scan.final
                whole.open += scan.open
                whole.unreadable += scan.unreadable
                whole.quarantinedBytes += scan.quarantinedBytes
                whole.lastSequence = max(whole.lastSequence, scan.lastSequence)
            case .failed(let error): failure = error
            case .newest, .sizes, .complete: break
            }
        }
        if let failure { throw failure }
        self = whole
    }
}
