import Glibc
import ISOBMFF
public import Platform

/// Finds clips by walking through a volume's folders and reading the ends of each file.
///
/// It takes no lock and writes nothing, so it works beside a recorder. Of a final clip it reads the
/// first 512 bytes and the end record, of an open one the headers of its fragments.
public struct FolderCatalog: ClipCatalog {
    private let disk: any Disk
    let root: DiskFile

    /// A clip lies in the folder of the day on which it began, and may be a day long; the days'
    /// names follow the zone of their time.
    private static let margin = Duration.seconds(2 * 86_400)

    /// Opens the volume's folder.
    ///
    /// - Throws: `SystemError` if it cannot be opened.
    public init(folder: String) throws(SystemError) {
        try self.init(folder: folder, disk: LinuxDisk())
    }

    init(folder: String, disk: any Disk) throws(SystemError) {
        self.disk = disk
        root = try disk.openDirectory(folder)
    }

    /// Returns the clips of the days around the query's time that overlap it.
    public func clips(_ query: ClipQuery) throws(SystemError) -> ClipListing {
        var listing = ClipListing()
        for entry in try disk.readdir(root) where entry.kind == .directory {
            if ClipName.isDay(entry.name) {
                try list(day: entry.name, folder: entry.name, query, into: &listing)
            } else if !entry.name.hasPrefix("."), query.camera.map({ $0 == entry.name }) ?? true {
                let folder = try disk.openat(root, entry.name, O_RDONLY | O_DIRECTORY, 0)
                for day in try disk.readdir(folder)
                where day.kind == .directory && ClipName.isDay(day.name) {
                    let path = "\(entry.name)/\(day.name)"
                    try list(day: day.name, folder: path, query, into: &listing)
                }
            }
        }
        listing.clips.sort {
            ($0.camera, $0.header.sequence, $0.start) < ($1.camera, $1.header.sequence, $1.start)
        }
        return listing
    }

    private func list(
        day: String, folder: String, _ query: ClipQuery, into listing: inout ClipListing
    ) throws(SystemError) {
        if let range = query.range {
            let days = [
                range.lowerBound + (.zero - Self.margin), range.upperBound + Self.margin,
            ].map { String($0.utcText.prefix(10)) }
            guard day >= days[0], day <= days[1] else { return }
        }
        let directory: DiskFile
        do throws(SystemError) {
            directory = try disk.openat(root, folder, O_RDONLY | O_DIRECTORY, 0)
        } catch {
            // Retention removes empty days at any time.
            guard error.code != ENOENT else { return }
            throw error
        }
        for entry in try disk.readdir(directory)
        where entry.kind == .file && ClipName.isClip(entry.name) {
            do throws(SystemError) {
                guard let clip = try clip("\(folder)/\(entry.name)"),
                    query.camera.map({ $0 == clip.camera }) ?? true,
                    query.range.map(clip.overlaps) ?? true
                else { continue }
                listing.clips.append(clip)
            } catch {
                if error.code != ENOENT { listing.unreadable.append(error) }
            }
        }
    }

    /// Looks at one file; nil if it is no clip, or one without a picture yet.
    func clip(_ path: String) throws(SystemError) -> CatalogClip? {
        let file = try disk.openat(root, path, O_RDONLY, 0)
        let source = try DiskBytes(file, on: disk)
        let first = try disk.read(file, at: 0, count: ClipGlance.byteCount)
        guard let glance = try? first.withUnsafeBytes({ try ClipGlance(firstBytes: $0) }) else {
            return nil
        }
        let size = Int64(source.byteCount)
        if glance.isFinal, size > Int64(ClipEnd.byteCount) {
            let last = try disk.read(
                file, at: size - Int64(ClipEnd.byteCount), count: ClipEnd.byteCount)
            if let end = try? last.withUnsafeBytes({ try ClipEnd(lastBytes: $0) }) {
                return CatalogClip(
                    path: path, header: glance.header, state: .final, end: end, byteCount: size)
            }
        }
        do throws(ClipReadError) {
            let samples = try ClipSamples(of: source)
            guard samples.end.mediaDuration > 0 else { return nil }
            return CatalogClip(
                path: path, header: glance.header, state: samples.state, end: samples.end,
                byteCount: size)
        } catch {
            guard case .read = error else { return nil }
            throw SystemError(call: "pread", subject: path, code: EIO)
        }
    }
}
