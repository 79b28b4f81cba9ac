import Console
import RTSP

/// Adds, changes and removes cameras in the settings file and the secrets beside it.
struct CameraEditor {
    let editor: SettingsEditor

    /// The keys that have a property of their own in a draft.
    private static let own = [SettingsKey.name, .rtspURL, .username, .password, .enabled]

    func add(_ draft: CameraDraft) throws(RecorderFailure) {
        guard let name = draft.name else { throw Self.missing("name", "a name") }
        guard draft.url != nil else { throw Self.missing("url", "an address") }
        try editor.edit { (settings, sources) throws(RecorderFailure) in
            try SettingsEditor.refuseFixed(.cameras, sources)
            try SettingsEditor.refuseFixed(.rtspURL, sources)
            try Self.moveShortForm(in: &settings)
            try Self.refuseTaken(name, in: settings)
            try SettingsEditor.text { () throws(SettingsError) in try settings.addCamera([:]) }
            try Self.apply(draft, at: .camera(settings.cameraEntries.count - 1), in: &settings)
        }
    }

    func change(_ name: String, _ draft: CameraDraft) throws(RecorderFailure) {
        try editor.edit { (settings, sources) throws(RecorderFailure) in
            try SettingsEditor.refuseFixed(.cameras, sources)
            try SettingsEditor.refuseFixed(.rtspURL, sources)
            if let index = Self.index(of: name, in: settings) {
                if let new = draft.name, new != name { try Self.refuseTaken(new, in: settings) }
                return try Self.apply(draft, at: .camera(index), in: &settings)
            }
            guard name == Settings.shortFormName, Self.hasShortForm(settings) else {
                throw .noCamera(name)
            }
            guard draft.name ?? name == name, draft.enabled ?? true else {
                throw RecorderFailure(
                    .conflict, code: "camera.short_form",
                    "The camera of RTSP_URL has no name and is always enabled; add another camera, "
                        + "and it gets an entry of its own.",
                    field: draft.name ?? name == name ? "enabled" : "name")
            }
            var draft = draft
            (draft.name, draft.enabled) = (nil, nil)
            try Self.apply(draft, at: .top, in: &settings)
        }
    }

    func remove(_ name: String) throws(RecorderFailure) {
        try editor.edit { (settings, sources) throws(RecorderFailure) in
            try SettingsEditor.refuseFixed(.cameras, sources)
            try SettingsEditor.refuseFixed(.rtspURL, sources)
            if let index = Self.index(of: name, in: settings) {
                return try SettingsEditor.text { () throws(SettingsError) in
                    try settings.removeCamera(at: index)
                }
            }
            guard name == Settings.shortFormName, Self.hasShortForm(settings) else {
                throw .noCamera(name)
            }
            for key in [SettingsKey.rtspURL, .username, .password] {
                try SettingsEditor.text { () throws(SettingsError) in try settings.remove(key) }
            }
        }
    }

    /// Writes a draft's properties into the entry of a camera, or to the top for that of `RTSP_URL`.
    private static func apply(
        _ draft: CameraDraft, at place: SettingsFile.Place, in settings: inout SettingsDraft
    ) throws(RecorderFailure) {
        if let name = draft.name {
            try set(.name, to: name, at: place, in: &settings)
        }
        var (username, password) = (draft.username, draft.password)
        // A password in the address that a person typed would win over one that is kept apart.
        if let text = draft.url ?? (password == nil ? nil : typedAddress(at: place, in: settings)) {
            let url = try CameraURL(checking: text)
            username = username ?? url.credentials?.username
            password = password ?? url.credentials?.password.reveal()
            try set(.rtspURL, to: url.requestURI, at: place, in: &settings)
        }
        if let username {
            let value = username.isEmpty ? nil : username
            try set(.username, to: value, at: place, in: &settings)
        }
        if let password {
            try set(.password, to: password, at: place, in: &settings)
        }
        if let enabled = draft.enabled {
            try set(.enabled, to: "\(enabled)", at: place, in: &settings)
        }
        let overrides = draft.overrides ?? [:]
        for name in overrides.keys.sorted() {
            guard let key = SettingsKey.perCamera.first(where: { $0.name == name }),
                !own.contains(where: { $0.name == name })
            else { throw SettingsEditor.unknown(name) }
            let value = (overrides[name] ?? nil).flatMap { $0.isEmpty ? nil : $0 }
            try SettingsEditor.set(key, to: value, at: place, in: &settings)
        }
    }

    /// The address that holds a user name or a password; nil if it holds none.
    private static func typedAddress(
        at place: SettingsFile.Place, in settings: SettingsDraft
    ) -> String? {
        let address =
            switch place {
            case .top: settings.value(.rtspURL)?.string
            case .camera(let index):
                settings.cameraEntries[index][SettingsKey.rtspURL.name]?.string
            }
        guard let address, (try? CameraURL(parsing: address))?.credentials != nil else {
            return nil
        }
        return address
    }

    /// Sets a key that has a property of its own in a draft, whose name an error then tells.
    private static func set(
        _ key: SettingsKey, to value: String?, at place: SettingsFile.Place,
        in settings: inout SettingsDraft
    ) throws(RecorderFailure) {
        do throws(RecorderFailure) {
            try SettingsEditor.set(key, to: value, at: place, in: &settings)
        } catch {
            var failure = error
            if failure.field == key.name {
                failure.field = key.name == SettingsKey.rtspURL.name ? "url" : key.name.lowercased()
            }
            throw failure
        }
    }

    /// Gives the camera of `RTSP_URL` an entry in `CAMERAS`, beside which it may not stand.
    private static func moveShortForm(in settings: inout SettingsDraft) throws(RecorderFailure) {
        guard hasShortForm(settings) else { return }
        let keys = [SettingsKey.rtspURL, .username, .password]
        let values = keys.map { ($0, settings.value($0)) }
        try SettingsEditor.text { () throws(SettingsError) in
            for key in keys { try settings.remove(key) }
            try settings.addCamera([SettingsKey.name.name: "camera-1"])
            let place = SettingsFile.Place.camera(settings.cameraEntries.count - 1)
            for case (let key, let value?) in values {
                try settings.set(key, to: value, at: place)
            }
        }
    }

    private static func hasShortForm(_ settings: SettingsDraft) -> Bool {
        settings.value(.rtspURL) != nil
    }

    private static func index(of name: String, in settings: SettingsDraft) -> Int? {
        settings.cameraEntries.firstIndex { $0[SettingsKey.name.name]?.string == name }
    }

    private static func refuseTaken(
        _ name: String, in settings: SettingsDraft
    ) throws(RecorderFailure) {
        guard index(of: name, in: settings) != nil else { return }
        throw RecorderFailure(
            .conflict, code: "camera.taken", "There is a camera '\(name)' already.", field: "name")
    }

    private static func missing(_ field: String, _ what: String) -> RecorderFailure {
        RecorderFailure(
            .invalid, code: "camera.\(field)", "A camera needs \(what).", field: field)
    }
}
