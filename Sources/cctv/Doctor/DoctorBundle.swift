import Platform

/// What a maintainer needs to help, in one file, without a secret in it.
enum DoctorBundle {
    /// The end of the log that goes along.
    private static let logLength = 512 << 10

    /// Makes the archive.
    ///
    /// - Parameters:
    ///   - report: what the doctor found.
    ///   - status: the running recorder's state; nil if none runs.
    ///   - now: the time of the files in it.
    static func make(
        report: JSON, sources: SettingsSources, settings: Settings, status: JSON?, now: WallTime
    ) -> [UInt8] {
        var archive = TarArchive()
        func add(_ name: String, _ text: String) {
            // Every part is looked through once more, whatever its author promised.
            let redacted = Redaction.redacted(text)
            archive.add("cctv-doctor/\(name)", Array(redacted.utf8), modified: now)
        }
        add("version.txt", Version.text + "\n")
        add("doctor.json", report.indented + "\n")
        add("settings.json", self.settings(sources).indented + "\n")
        if let status { add("status.json", status.indented + "\n") }
        if let log = tail(settings.logFile) { add("log.json", log) }
        return archive.finished
    }

    /// Every setting that somebody set, secrets as stars.
    private static func settings(_ sources: SettingsSources) -> JSON {
        let members = SettingsKey.top.compactMap { key -> JSON.Member? in
            guard let raw = sources.raw(key), raw.origin != .fallback else { return nil }
            return JSON.Member(name: key.name, value: raw.publicValue(of: key))
        }
        return JSON(.object(members))
    }

    /// The last whole lines of the log.
    private static func tail(_ path: String) -> String? {
        guard let bytes = try? WholeFile.read(path, limit: 16 << 20) else { return nil }
        let end = bytes.suffix(logLength)
        guard end.count < bytes.count, let line = end.firstIndex(of: UInt8(ascii: "\n")) else {
            return String(decoding: end, as: UTF8.self)
        }
        return String(decoding: end[end.index(after: line)...], as: UTF8.self)
    }
}
