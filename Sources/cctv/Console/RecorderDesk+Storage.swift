import AVRemux
import Archive
import Console
import Platform

/// What the near future of a volume follows from.
struct Outlook: Sendable {
    let usage: VolumeBoard.Usage?
    let limits: RetentionLimits
    /// The cameras that are to be recorded.
    let enabled: Set<String>
    let now: Instant
    let isClockTrusted: Bool
    /// Bytes of clips that are not final yet, by camera.
    let open: [String: Int64]
}

// How full the volume is, what is kept, and what is kept from being deleted.
extension RecorderDesk {
    /// How far ahead deletions are told of.
    static let soon = Duration.seconds(86_400)

    /// What the near future follows from, as it is now.
    var outlook: Outlook {
        let facts = board.facts
        let open = parts.writer.board.openClips.map { (GapReporter.name($0.camera), $0.bytes) }
        return Outlook(
            usage: parts.writer.board.usage, limits: facts.settings.limits,
            enabled: Set(facts.settings.cameras.filter(\.enabled).map(\.recording.name)),
            now: Instant(parts.clocks), isClockTrusted: facts.isClockTrusted,
            open: Dictionary(open, uniquingKeysWith: +))
    }

    func storage() async throws(RecorderFailure) -> StorageReport {
        let outlook = outlook
        if parts.archive.volumeHealth.isAway { throw .volumeAway }
        guard let usage = outlook.usage else {
            throw RecorderFailure(
                .unavailable, code: "volume.unavailable",
                "The recordings' disk is away or not looked through yet.")
        }
        let settings = board.facts.settings
        return try await reading.ask { reading throws(RecorderFailure) in
            var shares = try reading.shares(at: outlook.now.monotonic)
            for index in shares.indices {
                shares[index].bytes += outlook.open[shares[index].camera] ?? 0
            }
            let cameras = try reading.prospects(outlook)
            let rate = cameras.reduce(0) { $0 + $1.rate }
            let oldest = shares.map(\.oldest).min()
            let deletions = try reading.ask { volume throws(IndexFault) in
                try volume.deletions(limit: 100)
            }
            return StorageReport(
                folder: settings.outputFolder, usedBytes: usage.used,
                limitBytes: settings.maxFolderBytes, freeBytes: usage.space.free,
                totalBytes: usage.space.total, reservedBytes: settings.minFreeBytes,
                protectedBytes: usage.protected, exportBytes: usage.exports,
                oldest: oldest.map(Timestamp.init),
                daysKept: oldest.map { (outlook.now.wall - $0).seconds / 86_400 },
                daysExpected: outlook.forecast(usage, cameras).reach.map { $0.seconds / 86_400 },
                bitrate: rate > 0 ? rate * 8 : nil,
                cameras: shares.map {
                    StorageReport.CameraShare(
                        camera: $0.camera, bytes: $0.bytes, clips: $0.clips,
                        oldest: Timestamp($0.oldest),
                        limitBytes: settings.cameraRetention[$0.camera]?.maxBytes)
                },
                deletions: deletions.map(StorageReport.Deletion.init))
        }
    }

    func protections() async throws(RecorderFailure) -> [ProtectionRecord] {
        try await reading.ask { reading throws(RecorderFailure) in
            try reading.records(
                try reading.read { volume throws(SystemError) in try volume.protections() })
        }
    }

    func protect(_ draft: ProtectionDraft) async throws(RecorderFailure) -> ProtectionRecord {
        guard draft.from < draft.to else {
            throw RecorderFailure(
                .invalid, code: "span.empty", "The end must be later than the start.", field: "to")
        }
        let note = draft.note ?? ""
        guard note.count <= 500 else {
            throw RecorderFailure(
                .invalid, code: "protection.note", "The note may have 500 characters.",
                field: "note")
        }
        let folder = parts.settings.outputFolder
        let isConfigured = draft.camera.map(isConfigured) ?? true
        return try await reading.ask { reading throws(RecorderFailure) in
            if !isConfigured, let camera = draft.camera,
                !(try reading.ask { volume throws(IndexFault) in try volume.cameras() })
                    .contains(camera)
            {
                throw .noCamera(camera)
            }
            let added = try reading.change { () throws(SystemError) in
                try ProtectionList(folder: folder).add(
                    camera: draft.camera == CatalogClip.unnamedCamera ? nil : draft.camera,
                    range: draft.from.wall..<draft.to.wall, note: note)
            }
            return try reading.records([added])[0]
        }
    }

    func unprotect(_ number: Int64) async throws(RecorderFailure) {
        let folder = parts.settings.outputFolder
        try await reading.ask { reading throws(RecorderFailure) in
            let found = try reading.change { () throws(SystemError) in
                try ProtectionList(folder: folder).remove(number)
            }
            guard found else {
                throw RecorderFailure(
                    .notFound, code: "protection.unknown",
                    "No protection has the number \(number).")
            }
        }
    }
}

extension Reading {
    /// What is worked out anew only after so long.
    private static let freshFor = Duration.seconds(15)

    /// Each camera's share of the volume.
    mutating func shares(at now: MonotonicTime) throws(RecorderFailure) -> [CameraShare] {
        if let shares, now - shares.at < Self.freshFor { return shares.value }
        let value = try ask { volume throws(IndexFault) in try volume.shares() }
        shares = (now, value)
        return value
    }

    /// What each camera that has clips adds to them, by those of the last day.
    mutating func prospects(
        _ outlook: Outlook
    ) throws(RecorderFailure) -> [DeletionForecast.Camera] {
        let rates = try ask { volume throws(IndexFault) in
            try volume.rates(since: outlook.now.wall + .seconds(-86_400))
        }
        return try shares(at: outlook.now.monotonic).map { share in
            DeletionForecast.Camera(
                name: share.camera,
                rate: outlook.enabled.contains(share.camera) ? rates[share.camera] ?? 0 : 0,
                bytes: share.bytes + (outlook.open[share.camera] ?? 0))
        }
    }

    /// For each camera, the time before which its clips are expected to be deleted soon.
    mutating func deletedSoon(
        _ outlook: Outlook, _ protections: [Protection]
    ) throws(RecorderFailure) -> [String: WallTime] {
        let now = outlook.now.monotonic
        if let soon, now - soon.at < Self.freshFor { return soon.value }
        guard let usage = outlook.usage else { return [:] }
        let forecast = outlook.forecast(usage, try prospects(outlook))
        let value = try ask { volume throws(IndexFault) in
            try volume.deletions(forecast, within: RecorderDesk.soon, protections: protections)
        }
        soon = (now, value)
        return value
    }

    /// Protections with the bytes that each keeps.
    func records(_ protections: [Protection]) throws(RecorderFailure) -> [ProtectionRecord] {
        try protections.map { protection throws(RecorderFailure) in
            ProtectionRecord(
                number: protection.number, camera: protection.camera,
                from: Timestamp(protection.range.lowerBound),
                to: Timestamp(protection.range.upperBound), note: protection.note,
                bytes: try ask { volume throws(IndexFault) in try volume.bytes(of: protection) })
        }
    }

    /// Changes the list of protections, and forgets what followed from the old one.
    mutating func change<Value>(
        _ body: () throws(SystemError) -> Value
    ) throws(RecorderFailure) -> Value {
        try requireVolume()
        soon = nil
        do throws(SystemError) { return try body() } catch {
            throw RecorderFailure(
                .unavailable, code: "protections.unavailable",
                "The protections cannot be changed now: \(error)")
        }
    }
}

extension StorageReport.Deletion {
    /// A deletion in the console's words.
    init(_ deletion: ClipDeletion) {
        self.init(
            path: deletion.path, camera: deletion.camera, bytes: deletion.bytes,
            reason: deletion.reason, at: Timestamp(deletion.time))
    }
}

extension Outlook {
    /// What follows from it if the cameras go on as now.
    fileprivate func forecast(
        _ usage: VolumeBoard.Usage, _ cameras: [DeletionForecast.Camera]
    ) -> DeletionForecast {
        DeletionForecast(
            usage: usage, limits: limits, cameras: cameras, now: now.wall,
            isClockTrusted: isClockTrusted)
    }
}
