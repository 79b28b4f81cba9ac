import Console
import Glibc
import Platform
import RTSP

/// Changes the settings file and the secrets beside it: edits their texts, reads the whole result, and only
/// then saves it.
struct SettingsEditor {
    let loader: SettingsLoader

    /// Sets or removes keys of the top.
    func change(_ values: [String: String?]) throws(RecorderFailure) {
        try edit { (settings, sources) throws(RecorderFailure) in
            for name in values.keys.sorted() {
                guard let key = SettingsKey.top.first(where: { $0.name == name }),
                    key.kind != .cameras
                else { throw Self.unknown(name) }
                try Self.refuseFixed(key, sources)
                // Two optionals: no such key, or a key without a value.
                let value = values[name] ?? nil
                try Self.set(key, to: value, at: .top, in: &settings)
            }
        }
    }

    /// Sets or removes a key in the texts, if the value is allowed.
    static func set(
        _ key: SettingsKey, to value: String?, at place: SettingsFile.Place,
        in settings: inout SettingsDraft
    ) throws(RecorderFailure) {
        guard let value, !(value.isEmpty && key.kind == .secret) else {
            return try text { () throws(SettingsError) in try settings.remove(key, at: place) }
        }
        guard key.kind.value(of: value) != nil else {
            let allowed = key.kind.allowed
            let text =
                key.kind == .secret
                ? "\(key.name) must be \(allowed)."
                : "\(key.name) is \(JSON.quoted(value)), but must be \(allowed)."
            throw RecorderFailure(
                .invalid, code: "settings.value", Redaction.redacted(text), field: key.name)
        }
        if key.kind == .url, let url = try? CameraURL(parsing: value),
            let refusal = CameraTarget.refusal(of: url.host)
        {
            throw RecorderFailure(.invalid, code: "camera.target", refusal, field: key.name)
        }
        let json = key.kind.json(of: value)
        try text { () throws(SettingsError) in try settings.set(key, to: json, at: place) }
    }

    /// Refuses to change what a flag or the environment fixes.
    static func refuseFixed(
        _ key: SettingsKey, _ sources: SettingsSources
    ) throws(RecorderFailure) {
        guard let fixer = key.fixer(at: sources.raw(key)?.origin ?? .fallback) else { return }
        throw RecorderFailure(
            .conflict, code: "settings.fixed",
            "\(key.name) is fixed by \(fixer), where this recorder was started; change it there.",
            field: key.name)
    }

    /// Edits the texts and saves them, if the whole of them holds then.
    func edit(
        _ body: (inout SettingsDraft, SettingsSources) throws(RecorderFailure) -> Void
    ) throws(RecorderFailure) {
        var sources = try Self.text { () throws(SettingsError) in try loader.sources() }
        let path = sources.file?.path ?? SettingsPlace.path(for: loader)
        if let reason = loader.readOnlyReason ?? SettingsPlace.obstacle(to: path) {
            throw RecorderFailure(.conflict, code: "settings.read_only", reason)
        }
        let sourcesBefore = sources
        var settings = try Self.text { () throws(SettingsError) in
            try SettingsDraft(sourcesBefore, path: path)
        }
        try body(&settings, sources)
        sources.file = settings.file
        sources.secrets = settings.secrets
        let result = loader.adjusted(sources)
        _ = try Self.text { () throws(SettingsError) in try SettingsLoader.settings(result) }
        do throws(SystemError) {
            Self.makeFolders(WholeFile.folder(of: path))
            try settings.save()
        } catch {
            throw RecorderFailure(
                .failed, code: "settings.unsaved", "The settings cannot be saved: \(error)")
        }
    }

    /// Runs what throws an error of the settings, and makes a failure of it.
    static func text<Value>(
        _ body: () throws(SettingsError) -> Value
    ) throws(RecorderFailure) -> Value {
        do throws(SettingsError) { return try body() } catch { throw RecorderFailure(error) }
    }

    static func unknown(_ name: String) -> RecorderFailure {
        let error = SettingsError.unknown(name, at: "the settings", among: SettingsKey.top)
        return RecorderFailure(
            .invalid, code: "settings.unknown", error.description, field: name)
    }

    private static func makeFolders(_ folder: String) {
        for end in folder.indices.dropFirst() where folder[end] == "/" {
            mkdir(String(folder[..<end]), 0o755)
        }
        mkdir(folder, 0o755)
    }
}
