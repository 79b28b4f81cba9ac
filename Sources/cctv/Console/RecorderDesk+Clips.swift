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

    func clipFile(
        _ id: Int64, _ frames: ClipFrames
    ) async throws(RecorderFailure) -> ServedFile {
        try await reading.ask { reading throws(RecorderFailure) in
            let clip = try reading.clip(id)
            let file = try reading.open(clip)
            let layout: FileLayout
            do throws(RecorderFailure) {
                layout = try reading.layout(of: clip, in: file, frames)
            } catch {
                close(file.descriptor)
                throw error
            }
            let isOpen = clip.state == .open
            // An open clip's last key frame lasts until its end, wherever that is by now.
            let length = "\(layout.byteCount)-\(file.size)"
            return ServedFile(
                descriptor: file.descriptor, layout: layout,
                entityTag: "\(id)-\(frames)-\(length)-\(isOpen ? "open" : "final")",
                mediaType: "video/mp4", name: "\(clip.camera)_\(clip.fileName)",
                modified: Timestamp(file.modified), grows: isOpen)
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

    /// Opens the file of a clip; the descriptor belongs to the caller.
    fileprivate func open(_ clip: CatalogClip) throws(RecorderFailure) -> OpenedFile {
        do throws(IndexFault) { return try volume.open(clip) } catch {
            // Retention was faster than whoever asked, or it is no file.
            if case .system(let error) = error, [ENOENT, ELOOP].contains(error.code) {
                throw .noClip(Int64(clamping: clip.header.sequence))
            }
            throw RecorderFailure(error)
        }
    }

    /// What is sent of a clip's file.
    fileprivate func layout(
        of clip: CatalogClip, in file: OpenedFile, _ frames: ClipFrames
    ) throws(RecorderFailure) -> FileLayout {
        guard frames == .key else { return FileLayout(wholeOf: min(clip.byteCount, file.size)) }
        let movie = try read { _ throws(SystemError) in
            try ClipKeyMovie.read(file, path: clip.path)
        }
        guard let movie else {
            throw RecorderFailure(
                .notFound, code: "clip.keyframes", "The clip has no key frame yet.")
        }
        return FileLayout(head: movie.header, stretches: movie.pictures)
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
