import AVRemux
import Console
import Glibc
import RTSP

/// The settings in the console's words: every key with its value, origin and meaning.
struct SettingsView {
    let loader: SettingsLoader
    /// The settings that are in force, for a file that does not hold.
    let inForce: Settings

    var document: SettingsDocument {
        do throws(SettingsError) {
            let sources = try loader.sources()
            let settings = try SettingsLoader.settings(sources)
            return document(sources, settings, error: nil)
        } catch {
            // A file that cannot be read at all has no keys; the rest is told as it is.
            let sources = (try? loader.sources()) ?? loader.adjusted(loader.fixed)
            return document(sources, inForce, error: error.description)
        }
    }

    private func document(
        _ sources: SettingsSources, _ settings: Settings, error: String?
    ) -> SettingsDocument {
        let path = sources.file?.path ?? SettingsPlace.path(for: loader)
        let keys = SettingsKey.top.filter { $0.kind != .cameras }.map { record($0, sources) }
        return SettingsDocument(
            file: path, readOnlyReason: loader.readOnlyReason ?? SettingsPlace.obstacle(to: path),
            error: error, keys: keys,
            cameras: settings.cameras.map { CameraSettingsRecord($0, sources) })
    }

    private func record(_ key: SettingsKey, _ sources: SettingsSources) -> SettingRecord {
        let raw = sources.raw(key)
        let origin = raw?.origin ?? .fallback
        let effect: SettingRecord.Effect =
            SettingsKey.needingRestart.contains(key.name)
            ? .restart
            : key.scope == .camera && !SettingsKey.ofRetention.contains(key.name)
                ? .reconnect : .now
        return SettingRecord(
            key: key.name, kind: key.kind.word,
            value: key.kind == .secret ? nil : raw?.publicValue(of: key).word,
            isSet: origin != .fallback, defaultValue: key.fallback,
            origin: SettingRecord.Origin(origin), fixedBy: key.fixer(at: origin),
            unit: key.kind.unit, minimum: key.kind.bounds?.lowerBound,
            maximum: key.kind.bounds?.upperBound, choices: key.kind.choices, effect: effect,
            perCamera: key.scope == .camera, meaning: key.meaning)
    }
}

extension CameraSettingsRecord {
    /// A camera's own settings as they stand in the sources.
    init(_ camera: Settings.Camera, _ sources: SettingsSources) {
        let name = camera.recording.name
        let list = sources.raw(.cameras)
        let key: SettingsKey = camera.hasFolder ? .cameras : .rtspURL
        let members = camera.hasFolder ? list?.entry(named: name) ?? [] : []
        let own = [SettingsKey.name, .rtspURL, .username, .password, .enabled].map(\.name)
        let overrides = members.filter { !own.contains($0.name) && !$0.value.isNull }
        let credentials = camera.recording.credentials
        self.init(
            name: name, url: camera.recording.url.description,
            username: credentials.flatMap { $0.username.isEmpty ? nil : $0.username },
            hasPassword: credentials.map { !$0.password.reveal().isEmpty } ?? false,
            enabled: camera.enabled, listed: camera.hasFolder,
            fixedBy: key.fixer(at: sources.raw(key)?.origin ?? .fallback),
            overrides: Dictionary(overrides.map { ($0.name, $0.value.word) }) { first, _ in first })
    }
}

extension RawSetting {
    /// The members of the entry of `CAMERAS` with that name.
    fileprivate func entry(named name: String) -> [JSON.Member]? {
        let json: JSON? =
            switch content {
            case .json(let json): json
            case .word(let word): try? JSONReader.read(Array(word.utf8))
            }
        return json?.elements?.first { $0[SettingsKey.name.name]?.string == name }?.members
    }
}

extension SettingsKey {
    /// The flag or the variable that fixes a value of that origin; nil if none does.
    func fixer(at origin: SettingOrigin) -> String? {
        switch origin {
        case .flag: "--\(flag ?? name)"
        case .environment: environmentName
        case .file, .secrets, .fallback: nil
        }
    }
}

extension SettingRecord.Origin {
    fileprivate init(_ origin: SettingOrigin) {
        switch origin {
        case .flag: self = .flag
        case .environment: self = .environment
        case .file, .secrets: self = .file
        case .fallback: self = .fallback
        }
    }
}

extension JSON {
    /// The value as one would write it into a form.
    fileprivate var word: String { string ?? text }
}
