import Glibc
import ISOBMFF
public import Platform

/// Finds what an export needs in a volume; takes no lock, so it works beside a recorder.
public struct Exporter: Sendable {
    private let catalog: any ClipCatalog
    private let root: DiskFile
    private let disk: any Disk

    /// The clip after the requested time tells when the last one really ended.
    private static let lookahead = Duration.seconds(3600)

    /// Opens a volume's folder.
    ///
    /// - Throws: `SystemError` if it cannot be opened.
    public init(folder: String) throws(SystemError) {
        let catalog = try FolderCatalog(folder: folder)
        self.init(catalog: catalog, root: catalog.root, disk: LinuxDisk())
    }

    init(catalog: any ClipCatalog, root: DiskFile, disk: any Disk) {
        self.catalog = catalog
        self.root = root
        self.disk = disk
    }

    /// Reads the tables of all clips that the request touches and decides what will be written.
    ///
    /// The clips stay open, so that the retention may delete them in the meantime.
    ///
    /// - Throws: `ExportError`.
    public func prepare(_ request: ExportRequest) throws(ExportError) -> PreparedExport {
        let query = ClipQuery(
            camera: request.camera,
            range: request.range.lowerBound..<request.range.upperBound + Self.lookahead)
        let listing = try clips(query)
        var planner = ExportPlanner(request, listing.timeline(of: request.camera))
        var files: [DiskFile] = []
        for (index, place) in planner.places.enumerated() {
            guard let file = try open(place.clip.path) else { continue }
            do throws(ClipReadError) {
                let samples = try ClipSamples(of: try bytes(file))
                do throws(FormatError) {
                    if try planner.add(samples, at: index) { files.append(file) }
                } catch { throw .format(error) }
            } catch { throw .clip(path: place.clip.path, error) }
        }
        do throws(ExportError) {
            var plan = try planner.finish()
            plan.unreadable = listing.unreadable
            return PreparedExport(plan: plan, files: files, disk: disk)
        } catch {
            guard case .nothing = error else { throw error }
            throw .nothing(request, recorded: try span(of: request.camera))
        }
    }

    private func clips(_ query: ClipQuery) throws(ExportError) -> ClipListing {
        do throws(SystemError) { return try catalog.clips(query) } catch { throw .system(error) }
    }

    /// Opens a clip; nil if the retention was faster.
    private func open(_ path: String) throws(ExportError) -> DiskFile? {
        do throws(SystemError) { return try disk.openat(root, path, O_RDONLY, 0) } catch {
            guard error.code != ENOENT else { return nil }
            throw .system(error)
        }
    }

    private func bytes(_ file: DiskFile) throws(ClipReadError) -> DiskBytes {
        do throws(SystemError) { return try DiskBytes(file, on: disk) } catch {
            throw .read(ReadError(offset: 0, reason: error.description))
        }
    }

    /// From the first to the last picture of a camera.
    private func span(of camera: String) throws(ExportError) -> Range<WallTime>? {
        let all = try clips(ClipQuery(camera: camera)).clips
        guard let start = all.map(\.start).min(), let end = all.map(\.endTime).max() else {
            return nil
        }
        return start..<max(start, end)
    }
}
