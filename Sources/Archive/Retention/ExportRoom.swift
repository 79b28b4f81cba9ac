import Glibc
import Platform

/// The bytes of a volume's exports, which count for its limit as clips do; belongs to the writer
/// thread.
///
/// Retention deletes none of them: a person asked for each.
struct ExportRoom {
    /// What running exports will take, by their number.
    private var running: [Int64: Int64] = [:]
    /// What finished ones take.
    private var stored: Int64 = 0

    var bytes: Int64 { stored + running.values.reduce(0, +) }

    /// Counts an export that begins with all that it will take.
    mutating func reserve(_ number: Int64, bytes: Int64) { running[number] = bytes }

    /// Counts an export that ended, or files that went, as what lies on the disk.
    mutating func settle(_ number: Int64, on volume: Volume) throws(SystemError) {
        running[number] = nil
        try measure(volume)
    }

    /// Looks at the files; those of running exports count already.
    mutating func measure(_ volume: Volume) throws(SystemError) {
        let folder: DiskFile
        do throws(SystemError) {
            folder = try volume.disk.openat(
                volume.root, ExportFolder.name, O_RDONLY | O_DIRECTORY, 0)
        } catch {
            guard error.code == ENOENT else { throw error }
            stored = 0
            return
        }
        var bytes: Int64 = 0
        for entry in try volume.disk.readdir(folder) where entry.kind == .file {
            if let number = ExportFolder.number(of: entry.name), running[number] != nil { continue }
            guard let file = try? volume.disk.openat(folder, entry.name, O_RDONLY, 0) else {
                continue
            }
            bytes += (try? volume.disk.fstat(file).counted) ?? 0
        }
        stored = bytes
    }
}

/// Where a volume keeps the exports that its recorder was asked for.
public enum ExportFolder {
    /// Relative to the volume; a capital letter, which no camera's name has.
    public static let name = "Exports"

    /// Bytes that an export's manifest and its place in the folder take at most, beside the video.
    public static let overheadBytes: Int64 = 1 << 20

    /// The number of the export that a file belongs to: `12_entrance_2025-02-23_10-00-00.mp4`.
    public static func number(of file: String) -> Int64? {
        file.split(separator: "_").first.flatMap { Int64($0) }
    }
}
