import CLinux
import Glibc
import ISOBMFF
public import Platform

/// Answers questions about a volume's clips beside the recorder that writes them.
///
/// It keeps a read-only connection to the index and the folder's descriptor open between questions,
/// and `close` lets go of both, so that a disk can be unmounted. One thread uses it.
public final class VolumeReader {
    let folder: String
    private let live: VolumeBoard?
    private let disk = LinuxDisk()
    private var opened: Opened?
    private var history: LedgerReader?

    struct Opened {
        let root: DiskFile
        let index: ClipIndex
        let files: FolderCatalog
        /// Which file the connection is to: an index may be deleted, and is made anew.
        let inode: ino_t
    }

    /// Names the volume; nothing is opened yet.
    ///
    /// - Parameter live: of the volume's writer, which knows the clips that are not final.
    public init(folder: String, live: VolumeBoard? = nil) {
        self.folder = folder
        self.live = live
    }

    /// Lets go of everything; the next question opens it again.
    public func close() {
        opened = nil
        history = nil
    }

    /// What the gap ledger tells.
    ///
    /// - Throws: `SystemError` if the volume cannot be read.
    public func gapHistory() throws(SystemError) -> GapHistory {
        var reader = history ?? LedgerReader(folder: folder)
        defer { history = reader }
        return try reader.history()
    }

    /// What is protected from deletion.
    ///
    /// - Throws: `SystemError` if the volume cannot be read.
    public func protections() throws(SystemError) -> [Protection] {
        try ProtectionList(folder: folder).all()
    }

    /// Opens a clip for somebody who sends it.
    ///
    /// - Throws: `IndexFault`, with `ENOENT` if retention has deleted it meanwhile.
    public func open(_ clip: CatalogClip) throws(IndexFault) -> OpenedFile {
        let opened = try ready()
        do throws(SystemError) {
            return try OpenedFile(clip.path, beneath: opened.root)
        } catch { throw .system(error) }
    }

    /// The index and the folder, opened if they are not.
    func ready() throws(IndexFault) -> Opened {
        var status = stat()
        let isThere = stat("\(folder)/\(ClipIndex.name)", &status) == 0
        if let opened, isThere, opened.inode == status.st_ino { return opened }
        close()
        let (root, files) = try folders()
        do throws(DatabaseError) {
            let index = try ClipIndex.read(folder: folder)
            let new = Opened(root: root, index: index, files: files, inode: status.st_ino)
            opened = new
            return new
        } catch { throw .database(error) }
    }

    private func folders() throws(IndexFault) -> (DiskFile, FolderCatalog) {
        do throws(SystemError) {
            return (try disk.openDirectory(folder), try FolderCatalog(folder: folder))
        } catch { throw .system(error) }
    }

    /// Runs questions to the index; a connection that failed is not used again.
    func ask<Value>(
        _ body: (Opened) throws(DatabaseError) -> Value
    ) throws(IndexFault) -> Value {
        let opened = try ready()
        do throws(DatabaseError) { return try body(opened) } catch {
            close()
            throw .database(error)
        }
    }

    /// Fills in how far the open ones among some clips are; leaves out those without a picture.
    func completed(_ rows: [IndexedClip]) -> [CatalogClip] {
        rows.compactMap { row in
            guard row.clip.state == .open else { return row.clip }
            if let facts = live?.openClip(row.clip.header.sequence) {
                return row.clip.grown(to: facts)
            }
            // Left open by a crash or a disk's error, and waiting to be recovered.
            return (try? opened?.files.clip(row.clip.path)) ?? nil
        }
    }
}

extension CatalogClip {
    /// The open clip as far as it is written.
    fileprivate func grown(to facts: ClipFacts) -> CatalogClip? {
        guard facts.mediaDuration > .zero else { return nil }
        var clip = self
        clip.byteCount = facts.bytes
        clip.end.mediaDuration = UInt64(clamping: facts.mediaDuration.nanoseconds)
        clip.end.endUTC = (facts.start + facts.mediaDuration).nanoseconds
        clip.end.endMonotonic = header.startMonotonic + facts.mediaDuration.nanoseconds
        return clip
    }
}
