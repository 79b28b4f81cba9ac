import ISOBMFF
public import Platform

/// The index of a volume, for commands.
public struct VolumeIndex: Sendable {
    private let folder: String

    /// Names the volume; nothing is opened yet.
    public init(folder: String) { self.folder = folder }

    /// Makes the index anew from the clips' first and last bytes; a recorder may go on meanwhile.
    ///
    /// - Parameter progress: told how many of the files are done.
    /// - Throws: `IndexFault`; the index is then incomplete and may be made anew again.
    public func rebuild(progress: (_ done: Int, _ total: Int) -> Void) throws(IndexFault) {
        var builder = try builder()
        do throws(DatabaseError) { try builder.index.clear() } catch { throw .database(error) }
        try builder.update(progress: progress)
    }

    /// Returns one sentence for each row that does not say what its file does; none if all do.
    ///
    /// Beside a running recorder, clips that begin or end meanwhile may be told of.
    public func check(
        progress: (_ done: Int, _ total: Int) -> Void
    ) throws(IndexFault) -> [String] {
        var builder = try builder()
        return try builder.check(progress: progress)
    }

    private func builder() throws(IndexFault) -> IndexBuilder {
        let index: ClipIndex
        do throws(DatabaseError) { index = try ClipIndex.open(folder: folder) } catch {
            throw .database(error)
        }
        do throws(SystemError) { return try IndexBuilder(index, folder: folder) } catch {
            throw .system(error)
        }
    }
}

/// Finds clips in a volume's index; as fresh as the recorder that keeps it.
public struct IndexCatalog: ClipCatalog {
    private let folder: String
    private let files: FolderCatalog

    /// Opens the volume's folder; nil if there is no index in it that can be read.
    ///
    /// - Throws: `SystemError` if the folder cannot be opened.
    public init?(folder: String) throws(SystemError) {
        self.folder = folder
        files = try FolderCatalog(folder: folder)
        guard (try? ClipIndex.read(folder: folder)) != nil else { return nil }
    }

    /// Returns what the index has; the ends of open clips are read from their files.
    public func clips(_ query: ClipQuery) throws(SystemError) -> ClipListing {
        let rows: [IndexedClip]
        do throws(DatabaseError) {
            rows = try ClipIndex.read(folder: folder).clips(query)
        } catch {
            // The files are the truth, and are always there.
            return try files.clips(query)
        }
        var listing = ClipListing()
        for row in rows {
            guard row.clip.state == .open else {
                listing.clips.append(row.clip)
                continue
            }
            do throws(SystemError) {
                guard let clip = try files.clip(row.clip.path),
                    query.range.map(clip.overlaps) ?? true
                else { continue }
                listing.clips.append(clip)
            } catch { listing.unreadable.append(error) }
        }
        return listing
    }
}
