import Glibc
import ISOBMFF
public import Platform

/// The exports that a recorder keeps in a folder of its volume: an MP4 and a manifest each.
///
/// It takes no lock; one thread at a time changes the folder.
public struct ExportStore: Sendable {
    /// The volume's folder.
    private let folder: String
    private let disk = LinuxDisk()

    /// Names the volume; nothing is opened yet.
    public init(folder: String) { self.folder = folder }

    /// Where a file of the store lies.
    public func path(_ name: String) -> String { "\(folder)/\(ExportFolder.name)/\(name)" }

    /// Makes the folder, if it is not there; the volume must be mounted.
    ///
    /// - Throws: `SystemError` if it cannot be made.
    public func make() throws(SystemError) {
        let root = try disk.openDirectory(folder)
        try disk.makeDirectory(ExportFolder.name, in: root)
    }

    /// The manifests of the finished exports, with their names.
    ///
    /// - Throws: `SystemError` if the folder cannot be read; one that is not there is empty.
    public func manifests() throws(SystemError) -> [(name: String, text: [UInt8])] {
        guard let own = try open() else { return [] }
        var found: [(name: String, text: [UInt8])] = []
        for entry in try disk.readdir(own)
        where entry.kind == .file && entry.name.hasSuffix(".json") {
            guard ExportFolder.number(of: entry.name) != nil,
                let text = try disk.contents(of: entry.name, in: own)
            else { continue }
            found.append((entry.name, text))
        }
        return found
    }

    /// Removes what an export left that was cut off; called while none runs.
    ///
    /// - Throws: `SystemError` if the folder cannot be read.
    public func removePartials() throws(SystemError) {
        guard let own = try open() else { return }
        for entry in try disk.readdir(own)
        where entry.kind == .file && entry.name.hasSuffix(".partial") {
            if ExportFolder.number(of: entry.name) != nil { try disk.remove(entry.name, in: own) }
        }
    }

    /// Deletes the files of an export.
    ///
    /// - Throws: `SystemError`; some may then be left.
    public func remove(_ number: Int64) throws(SystemError) {
        guard let own = try open() else { return }
        for entry in try disk.readdir(own)
        where entry.kind == .file && ExportFolder.number(of: entry.name) == number {
            try disk.remove(entry.name, in: own)
        }
    }

    /// Opens a file of the store for somebody who sends it.
    ///
    /// - Throws: `SystemError`, such as `ENOENT`.
    public func open(_ name: String) throws(SystemError) -> OpenedFile {
        let root = try disk.openDirectory(folder)
        return try OpenedFile("\(ExportFolder.name)/\(name)", beneath: root)
    }

    private func open() throws(SystemError) -> DiskFile? {
        let root = try disk.openDirectory(folder)
        do throws(SystemError) {
            return try disk.openat(root, ExportFolder.name, O_RDONLY | O_DIRECTORY, 0)
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }
}

extension PreparedExport {
    /// Bytes that the MP4 will have.
    ///
    /// - Throws: `ExportError` if a clip's description is damaged.
    public func byteCount() throws(ExportError) -> Int64 {
        do throws(FormatError) {
            return Int64(try plan.header().count) + Int64(clamping: plan.payloadByteCount)
        } catch {
            throw .clip(path: plan.sources.first?.clip.path ?? "", .format(error))
        }
    }
}
