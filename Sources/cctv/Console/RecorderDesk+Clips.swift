import AVRemux
import Archive
import Console
import Glibc
import ISOBMFF
import Platform

// Clips: lists of them, one of them, and its file.
extension RecorderDesk {
    func clips(_ query: ClipListQuery) async throws(RecorderFailure) -> ClipPage {
        var wanted = ClipPageQuery()
        wanted.cameras = query.camera.map { [$0] } ?? query.among
        wanted.from = query.from?.wall
        wanted.to = query.to?.wall
        wanted.newestFirst = query.newestFirst
        wanted.limit = min(max(query.limit, 1), 1000)
        if let cursor = query.cursor {
            guard let place = ClipPageQuery.Place(cursor: cursor) else {
                throw RecorderFailure(
                    .invalid, code: "clips.cursor",
                    "The cursor is none that was given out; begin with the first page.",
                    field: "cursor")
            }
            wanted.after = place
        }
        let isConfigured = query.camera.map(isConfigured) ?? true
        let (page, camera, live) = (wanted, query.camera, parts.writer.board)
        return try await reading.ask { reading throws(RecorderFailure) in
            if !isConfigured, let camera,
                !(try reading.ask { volume throws(IndexFault) in try volume.cameras() })
                    .contains(camera)
            {
                throw .noCamera(camera)
            }
            let found = try reading.ask { volume throws(IndexFault) in try volume.page(page) }
            let protections = try reading.read { volume throws(SystemError) in
                try volume.protections()
            }
            let open = live.openClips.filter { clip in
                page.cameras?.contains(GapReporter.name(clip.camera)) ?? true
            }
            return ClipPage(
                clips: found.clips.map { ClipRecord($0, protections) },
                next: found.next?.cursor, total: found.total,
                totalBytes: found.totalBytes + open.reduce(0) { $0 + $1.bytes })
        }
    }

    func clip(_ id: Int64) async throws(RecorderFailure) -> ClipRecord {
        try await reading.ask { reading throws(RecorderFailure) in
            let clip = try reading.clip(id)
            let protections = try reading.read { volume throws(SystemError) in
                try volume.protections()
            }
            return ClipRecord(clip, protections)
        }
    }

    func clipFile(_ id: Int64) async throws(RecorderFailure) -> ServedFile {
        try await reading.ask { reading throws(RecorderFailure) in
            let clip = try reading.clip(id)
            do throws(IndexFault) {
                let file = try reading.volume.open(clip)
                let isOpen = clip.state == .open
                let length = min(clip.byteCount, file.size)
                return ServedFile(
                    descriptor: file.descriptor, length: length,
                    entityTag: "\(id)-\(length)-\(isOpen ? "open" : "final")",
                    mediaType: "video/mp4", name: "\(clip.camera)_\(clip.fileName)",
                    modified: Timestamp(file.modified), grows: isOpen)
            } catch {
                // Retention was faster than whoever asked, or it is no file.
                if case .system(let error) = error, [ENOENT, ELOOP].contains(error.code) {
                    throw .noClip(id)
                }
                throw RecorderFailure(error)
            }
        }
    }

    /// Whether a camera of that name stands in the settings.
    func isConfigured(_ name: String) -> Bool {
        board.facts.settings.cameras.contains { $0.recording.name == name }
    }
}

extension Reading {
    /// The clip of that number.
    func clip(_ id: Int64) throws(RecorderFailure) -> CatalogClip {
        guard let sequence = UInt64(exactly: id) else { throw .noClip(id) }
        guard let clip = try ask({ volume throws(IndexFault) in try volume.clip(sequence) })
        else { throw .noClip(id) }
        return clip
    }
}

extension ClipRecord {
    /// A clip in the console's words.
    init(_ clip: CatalogClip, _ protections: [Protection]) {
        self.init(
            id: Int64(clamping: clip.header.sequence), camera: clip.camera, path: clip.path,
            start: Timestamp(clip.start), end: Timestamp(clip.endTime),
            seconds: Double(clip.end.mediaDuration) / 1e9, bytes: clip.byteCount,
            open: clip.state == .open,
            protected: protections.contains { $0.covers(clip) },
            clockUncertain: clip.header.isClockUncertain,
            lostPackets: clip.end.lostPacketCount)
    }
}

extension CatalogClip {
    /// The file's name without its folders.
    var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }
}

extension ClipPageQuery.Place {
    /// The place as a page's cursor: start and number.
    var cursor: String { "\(start.nanoseconds)-\(sequence)" }

    init?(cursor: String) {
        let parts = cursor.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let start = Int64(parts[0]), let sequence = UInt64(parts[1])
        else { return nil }
        self.init(start: WallTime(nanoseconds: start), sequence: sequence)
    }
}

extension RecorderFailure {
    /// No clip has that number.
    fileprivate static func noClip(_ id: Int64) -> RecorderFailure {
        RecorderFailure(
            .notFound, code: "clip.unknown",
            "There is no clip \(id); it may have been deleted to make room.")
    }
}
