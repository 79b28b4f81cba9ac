import Platform

/// An export of which all is decided and nothing written; holds its clips open.
public struct PreparedExport: Sendable {
    /// What will be written.
    public let plan: ExportPlan
    let files: [DiskFile]
    let disk: any Disk

    /// Writes the export and its manifest beside it, in constant memory.
    ///
    /// Both appear under their names when they are whole and safe on the disk, and not before.
    ///
    /// - Parameters:
    ///   - path: where the MP4 goes; the manifest has the same name with `.json` at its end.
    ///   - replacing: whether files of these names may be replaced.
    ///   - origin: what the manifest says of the program and the command.
    ///   - progress: called before each piece with the bytes written and those to write; stops the
    ///     export by returning false.
    /// - Throws: `ExportError`; nothing is then left behind.
    public func write(
        to path: String, replacing: Bool = false, origin: ExportManifest.Origin,
        progress: (_ done: Int64, _ total: Int64) -> Bool = { _, _ in true }
    ) throws(ExportError) -> ExportResult {
        let writer = try ExportWriter(self, path: path, replacing: replacing, onto: disk)
        return try writer.write(origin: origin, progress: progress)
    }
}

/// A finished export.
public struct ExportResult: Hashable, Sendable {
    /// The MP4.
    public var path: String
    /// The manifest beside it.
    public var manifestPath: String
    /// Bytes of the MP4.
    public var byteCount: Int64
    /// The MP4's SHA-256 in hexadecimal digits.
    public var sha256: String
}
