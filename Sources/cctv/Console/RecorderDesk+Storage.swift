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
}

// How full the volume is, what is kept, and what is kept from being deleted.
extension RecorderDesk {
    /// How far ahead deletions are told of.
    static let soon = Duration.seconds(86_400)

    /// What the near future follows from, as it is now.
    var outlook: Outlook {
        let settings = board.facts.settings
        return Outlook(
            usage: parts.writer.board.usage, limits: settings.limits,
            enabled: Set(settings.cameras.filter(\.enabled).map(\.recording.name)),
            now: Instant(parts.clocks))
    }

    func storage() async throws(RecorderFailure) -> StorageReport {
        let outlook = outlook
        guard let usage = outlook.usage else {
            throw RecorderFailure(
                .unavailable, code: "volume.unavailable",
                "The recordings' disk is away or not looked through yet.")
        }
        let settings = board.facts.settings
        let live = parts.writer.board.openClips
        return try await reading.ask { reading throws(RecorderFailure) in
            var shares = try reading.shares(at: outlook.now.monotonic)
            for clip in live {
                let name = GapReporter.name(clip.camera)
                guard let index = shares.firstIndex(where: { $0.camera == name }) else { continue }
                shares[index].bytes += clip.bytes
            }
            let rate = try reading.rate(outlook)
            let oldest = shares.map(\.oldest).min()
            let clipBytes = shares.reduce(0) { $0 + $1.bytes }
            // Clips may grow into what is free, as far as both limits allow.
            let room = min(
                (outlook.limits.maximumBytes ?? .max) - usage.used,
                usage.space.free - outlook.limits.minimumFree)
            let days = rate > 0 ? Double(max(0, clipBytes + room)) / rate / 86_400 : nil
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
                daysExpected: days.map { min($0, outlook.limits.maximumDays ?? .infinity) },
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

    /// Bytes per second of the cameras that are to be recorded, by their clips of the last day.
    func rate(_ outlook: Outlook) throws(RecorderFailure) -> Double {
        let rates = try ask { volume throws(IndexFault) in
            try volume.rates(since: outlook.now.wall + .seconds(-86_400))
        }
        return rates.filter { outlook.enabled.contains($0.key) }.values.reduce(0, +)
    }

    /// For each camera, the time before which its clips are expected to be deleted soon.
    mutating func deletedSoon(
        _ outlook: Outlook, _ protections: [Protection]
    ) throws(RecorderFailure) -> [String: WallTime] {
        let now = outlook.now
        if let soon, now.monotonic - soon.at < Self.freshFor { return soon.value }
        guard let usage = outlook.usage else { return [:] }
        let forecast = DeletionForecast(
            usage: usage, limits: outlook.limits, rate: try rate(outlook), now: now.wall,
            over: RecorderDesk.soon)
        let value = try ask { volume throws(IndexFault) in
            try volume.deletedSoon(forecast, protections: protections)
        }
        soon = (now.monotonic, value)
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

extension RetentionLimits {
    /// For how many days clips are kept at most; nil without such a limit.
    fileprivate var maximumDays: Double? { maximumAge.map { $0.seconds / 86_400 } }
}
