import Glibc
import ISOBMFF
import Platform

/// Acts on a plan: the boxes first, then the samples as they lie in their clips.
struct ExportWriter {
    private let export: PreparedExport
    private let names: ExportNames
    private let disk: any Disk
    private let folder: DiskFile
    private let isReplacing: Bool
    private let header: [UInt8]
    private let byteCount: Int64

    private static let bufferByteCount = 1 << 20
    /// So much may wait in memory for the disk: a recorder's own writes must not queue behind more.
    private static let syncInterval: Int64 = 64 << 20

    /// Prepares to write to `path`; writes nothing.
    ///
    /// - Throws: `ExportError` if the place is not free or too small.
    init(
        _ export: PreparedExport, path: String, replacing: Bool, onto disk: any Disk
    ) throws(ExportError) {
        self.export = export
        self.disk = disk
        isReplacing = replacing
        names = try ExportNames(path)
        do throws(FormatError) { header = try export.plan.header() } catch {
            throw .clip(path: export.plan.sources.first?.clip.path ?? "", .format(error))
        }
        byteCount = Int64(header.count) + Int64(clamping: export.plan.payloadByteCount)
        do throws(SystemError) { folder = try disk.openDirectory(names.folder) } catch {
            throw .system(error)
        }
        if !replacing {
            try refuse(names.movie)
            try refuse(names.manifest)
        }
        guard freeBytes >= byteCount else { throw full }
    }

    func write(
        origin: ExportManifest.Origin, progress: (Int64, Int64) -> Bool
    ) throws(ExportError) -> ExportResult {
        let partials = [names.movie, names.manifest].map(ExportNames.partial)
        let movie = try locked(partials[0])
        do throws(ExportError) {
            let result = ExportResult(
                path: names.path, manifestPath: names.manifestPath, byteCount: byteCount,
                sha256: try writeMovie(movie, progress))
            let manifest = try locked(partials[1])
            let text = ExportManifest(export.plan, result, origin).json
            try system { () throws(SystemError) in
                try disk.writeAll(manifest, text, at: 0)
                try disk.fsync(manifest)
            }
            try publish([(partials[0], names.movie), (partials[1], names.manifest)])
            return result
        } catch {
            for partial in partials { try? disk.remove(partial, in: folder) }
            throw error
        }
    }

    /// Writes everything and returns its hash.
    private func writeMovie(
        _ file: DiskFile, _ progress: (Int64, Int64) -> Bool
    ) throws(ExportError) -> String {
        var hash = SHA256()
        hash.update(header)
        try system { () throws(SystemError) in try disk.writeAll(file, header, at: 0) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.bufferByteCount, alignment: 4096)
        defer { buffer.deallocate() }
        var position = Int64(header.count)
        var synced: Int64 = 0
        for copy in export.plan.copies {
            let source = export.files[copy.source]
            var offset = Int64(clamping: copy.offset)
            let end = offset + Int64(clamping: copy.byteCount)
            while offset < end {
                guard progress(position, byteCount) else { throw .cancelled }
                let count = Int(min(end - offset, Int64(buffer.count)))
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
                let got = try read(source, piece, at: offset)
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<got])
                hash.update(bytes)
                try system { () throws(SystemError) in
                    try disk.writeAll(file, bytes, at: position)
                }
                offset += Int64(got)
                position += Int64(got)
                if position - synced >= Self.syncInterval {
                    try system { () throws(SystemError) in try disk.fdatasync(file) }
                    disk.dropCache(file, at: synced, count: position - synced)
                    synced = position
                }
            }
        }
        try system { () throws(SystemError) in try disk.fsync(file) }
        _ = progress(byteCount, byteCount)
        return hash.hexadecimal
    }

    private func read(
        _ file: DiskFile, _ bytes: UnsafeMutableRawBufferPointer, at offset: Int64
    ) throws(ExportError) -> Int {
        try system { () throws(SystemError) in
            let count = try disk.pread(file, bytes, at: offset)
            guard count > 0 else { throw SystemError(call: "pread", subject: file.path, code: EIO) }
            return count
        }
    }

    /// Opens a partial file that nobody else writes; one that a killed export left is taken over.
    private func locked(_ name: String) throws(ExportError) -> DiskFile {
        let file = try system { () throws(SystemError) in
            try disk.openat(folder, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o640)
        }
        do throws(ExportError) {
            guard try system({ () throws(SystemError) in try disk.flock(file) }) else {
                throw .busy(path: names.path)
            }
            try system { () throws(SystemError) in try disk.ftruncate(file, to: 0) }
            return file
        } catch {
            if case .busy = error { throw error }
            try? disk.remove(name, in: folder)
            throw error
        }
    }

    /// Gives the files their names, and waits until these survive a power cut.
    private func publish(_ files: [(partial: String, name: String)]) throws(ExportError) {
        var published: [String] = []
        do throws(ExportError) {
            for (partial, name) in files {
                try rename(partial, to: name)
                published.append(name)
            }
            try system { () throws(SystemError) in try disk.fsync(folder) }
        } catch {
            if !isReplacing { for name in published { try? disk.remove(name, in: folder) } }
            throw error
        }
    }

    private func rename(_ partial: String, to name: String) throws(ExportError) {
        guard !isReplacing else {
            return try system { () throws(SystemError) in
                try disk.replaceat(folder, partial, name)
            }
        }
        do throws(SystemError) { try disk.renameat(folder, partial, name) } catch {
            guard error.code != EEXIST else { throw .exists(path: name) }
            // NFS and some others cannot refuse a name in use: it was free a moment ago.
            guard error.code == EINVAL else { throw .system(error) }
            try refuse(name)
            try system { () throws(SystemError) in try disk.replaceat(folder, partial, name) }
        }
    }

    /// Throws if something has the name already.
    private func refuse(_ name: String) throws(ExportError) {
        do throws(SystemError) {
            _ = try disk.openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, 0)
        } catch {
            guard error.code != ENOENT else { return }
        }
        throw .exists(path: name == names.movie ? names.path : names.manifestPath)
    }

    private var freeBytes: Int64 { (try? disk.statvfs(folder).free) ?? .max }

    private var full: ExportError {
        .full(path: names.path, needed: byteCount, free: freeBytes)
    }

    private func system<Value>(
        _ body: () throws(SystemError) -> Value
    ) throws(ExportError) -> Value {
        do throws(SystemError) { return try body() } catch {
            throw error.code == ENOSPC || error.code == EDQUOT ? full : .system(error)
        }
    }
}
