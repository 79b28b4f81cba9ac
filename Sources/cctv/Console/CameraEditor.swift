import Console
import RTSP

/// Adds, changes and removes cameras in the settings file.
struct CameraEditor {
    let editor: SettingsEditor

    /// The keys that have a property of their own in a draft.
    private static let own = [SettingsKey.name, .rtspURL, .username, .password, .enabled]

    func add(_ draft: CameraDraft) throws(RecorderFailure) {
        guard let name = draft.name else { throw Self.missing("name", "a name") }
        guard draft.url != nil else { throw Self.missing("url", "an address") }
        try editor.edit { (file, sources) throws(RecorderFailure) in
            try SettingsEditor.refuseFixed(.cameras, sources)
            try SettingsEditor.refuseFixed(.rtspURL, sources)
            try Self.moveShortForm(in: &file)
            try Self.refuseTaken(name, in: file)
            try SettingsEditor.text { () throws(SettingsError) in try file.addCamera([:]) }
            try Self.apply(draft, at: .camera(file.cameraEntries.count - 1), in: &file)
        }
    }

    func change(_ name: String, _ draft: CameraDraft) throws(RecorderFailure) {
        try editor.edit { (file, sources) throws(RecorderFailure) in
            try SettingsEditor.refuseFixed(.cameras, sources)
            try SettingsEditor.refuseFixed(.rtspURL, sources)
            if let index = Self.index(of: name, in: file) {
                if let new = draft.name, new != name { try Self.refuseTaken(new, in: file) }
                return try Self.apply(draft, at: .camera(index), in: &file)
            }
            guard name == Settings.shortFormName, Self.hasShortForm(file) else {
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
            try Self.apply(draft, at: .top, in: &file)
        }
    }

    func remove(_ name: String) throws(RecorderFailure) {
        try editor.edit { (file, sources) throws(RecorderFailure) in
            try SettingsEditor.refuseFixed(.cameras, sources)
            try SettingsEditor.refuseFixed(.rtspURL, sources)
            if let index = Self.index(of: name, in: file) {
                return try SettingsEditor.text { () throws(SettingsError) in
                    try file.removeCamera(at: index)
                }
            }
            guard name == Settings.shortFormName, Self.hasShortForm(file) else {
                throw .noCamera(name)
            }
            for key in [SettingsKey.rtspURL, .username, .password] {
                try SettingsEditor.text { () throws(SettingsError) in try file.remove(key.name) }
            }
        }
    }

    /// Writes a draft's properties into the entry of a camera, or to the top for that of `RTSP_URL`.
    private static func apply(
        _ draft: CameraDraft, at place: SettingsFile.Place, in file: inout SettingsFile
    ) throws(RecorderFailure) {
        if let name = draft.name {
            try set(.name, to: name, at: place, in: &file)
        }
        var (username, password) = (draft.username, draft.password)
        if let text = draft.url {
            let url = try CameraURL(checking: text)
            username = username ?? url.credentials?.username
            password = password ?? url.credentials?.password.reveal()
            try set(.rtspURL, to: url.requestURI, at: place, in: &file)
        }
        if let username {
            let value = username.isEmpty ? nil : username
            try set(.username, to: value, at: place, in: &file)
        }
        if let password {
            try set(.password, to: password, at: place, in: &file)
        }
        if let enabled = draft.enabled {
            try set(.enabled, to: "\(enabled)", at: place, in: &file)
        }
        let overrides = draft.overrides ?? [:]
        for name in overrides.keys.sorted() {
            guard let key = SettingsKey.perCamera.first(where: { $0.name == name }),
                !own.contains(where: { $0.name == name })
            else { throw SettingsEditor.unknown(name) }
            let value = (overrides[name] ?? nil).flatMap { $0.isEmpty ? nil : $0 }
            try SettingsEditor.set(key, to: value, at: place, in: &file)
        }
    }

    /// Sets a key that has a property of its own in a draft, whose name an error then tells.
    private static func set(
        _ key: SettingsKey, to value: String?, at place: SettingsFile.Place,
        in file: inout SettingsFile
    ) throws(RecorderFailure) {
        do throws(RecorderFailure) {
            try SettingsEditor.set(key, to: value, at: place, in: &file)
        } catch {
            var failure = error
            if failure.field == key.name {
                failure.field = key.name == SettingsKey.rtspURL.name ? "url" : key.name.lowercased()
            }
            throw failure
        }
    }

    /// Gives the camera of `RTSP_URL` an entry in `CAMERAS`, beside which it may not stand.
    private static func moveShortForm(in file: inout SettingsFile) throws(RecorderFailure) {
        guard hasShortForm(file) else { return }
        var entry = [JSON.Member(name: SettingsKey.name.name, value: "camera-1")]
        for key in [SettingsKey.rtspURL, .username, .password] {
            guard let member = file.members.first(where: { $0.name == key.name }) else { continue }
            if !member.value.isNull {
                entry.append(JSON.Member(name: key.name, value: member.value))
            }
            try SettingsEditor.text { () throws(SettingsError) in try file.remove(key.name) }
        }
        let moved = JSON(.object(entry))
        try SettingsEditor.text { () throws(SettingsError) in try file.addCamera(moved) }
    }

    private static func hasShortForm(_ file: SettingsFile) -> Bool {
        file.members.contains { $0.name == SettingsKey.rtspURL.name && !$0.value.isNull }
    }

    private static func index(of name: String, in file: SettingsFile) -> Int? {
        file.cameraEntries.firstIndex { $0[SettingsKey.name.name]?.string == name }
    }

    private static func refuseTaken(
        _ name: String, in file: SettingsFile
    ) throws(RecorderFailure) {
        guard index(of: name, in: file) != nil else { return }
        throw RecorderFailure(
            .conflict, code: "camera.taken", "There is a camera '\(name)' already.", field: "name")
    }

    private static func missing(_ field: String, _ what: String) -> RecorderFailure {
        RecorderFailure(
            .invalid, code: "camera.\(field)", "A camera needs \(what).", field: field)
    }
}
