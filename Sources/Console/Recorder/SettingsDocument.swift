/// Every setting with its value, its origin and what it means.
public struct SettingsDocument: Codable, Hashable, Sendable {
    /// The file that changes are saved to.
    public var file: String
    /// Why it cannot be saved to, if so.
    public var readOnlyReason: String?
    /// What is wrong with the file as it is now, if it does not hold.
    public var error: String?
    /// The settings of the top, in the order of the reference.
    public var keys: [SettingRecord]
    /// The cameras.
    public var cameras: [CameraSettingsRecord]

    /// Puts the facts together.
    public init(
        file: String, readOnlyReason: String? = nil, error: String? = nil, keys: [SettingRecord],
        cameras: [CameraSettingsRecord]
    ) {
        self.file = file
        self.readOnlyReason = readOnlyReason
        self.error = error
        self.keys = keys
        self.cameras = cameras
    }
}

/// One setting.
public struct SettingRecord: Codable, Hashable, Sendable {
    /// Where a value stands.
    public enum Origin: String, Codable, Hashable, Sendable {
        /// On the command line; the console cannot change it.
        case flag
        /// In the environment; the console cannot change it.
        case environment
        /// In the settings file.
        case file
        /// Nowhere: the default holds.
        case fallback = "default"
    }

    /// When a changed value takes effect.
    public enum Effect: String, Codable, Hashable, Sendable {
        /// At once.
        case now
        /// After the camera was connected again, which a change causes.
        case reconnect
        /// At the next start of the recorder.
        case restart
    }

    /// The key, such as `VIDEO_CLIP_DURATION`.
    public var key: String
    /// What it may be: `text`, `secret`, `path`, `url`, `boolean`, `whole`, `number`,
    /// `number_or_off`, `choice`, `bitrate`, `address`.
    public var kind: String
    /// The value as one would write it in the file; nil for a secret, or where nothing is set.
    public var value: String?
    /// Whether anything is set, which for a secret is all that is told.
    public var isSet: Bool
    /// The default as one would write it.
    public var defaultValue: String?
    /// Where the value stands.
    public var origin: Origin
    /// The name of the flag or variable that fixes it, if one does.
    public var fixedBy: String?
    /// What a number counts: `seconds`, `days`.
    public var unit: String?
    /// The least number allowed.
    public var minimum: Double?
    /// The greatest number allowed.
    public var maximum: Double?
    /// The words allowed.
    public var choices: [String]?
    /// When a change takes effect.
    public var effect: Effect
    /// Whether a camera may have a value of its own.
    public var perCamera: Bool
    /// What it does, in one sentence.
    public var meaning: String

    /// Puts the facts together.
    public init(
        key: String, kind: String, value: String? = nil, isSet: Bool, defaultValue: String? = nil,
        origin: Origin, fixedBy: String? = nil, unit: String? = nil, minimum: Double? = nil,
        maximum: Double? = nil, choices: [String]? = nil, effect: Effect, perCamera: Bool,
        meaning: String
    ) {
        self.key = key
        self.kind = kind
        self.value = value
        self.isSet = isSet
        self.defaultValue = defaultValue
        self.origin = origin
        self.fixedBy = fixedBy
        self.unit = unit
        self.minimum = minimum
        self.maximum = maximum
        self.choices = choices
        self.effect = effect
        self.perCamera = perCamera
        self.meaning = meaning
    }
}

/// A camera's own settings.
public struct CameraSettingsRecord: Codable, Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The address without user and password.
    public var url: String
    /// The user name; nil if none is set.
    public var username: String?
    /// Whether a password is set.
    public var hasPassword: Bool
    /// Whether it is recorded.
    public var enabled: Bool
    /// Whether it stands in `CAMERAS`; the camera of `RTSP_URL` does not.
    public var listed: Bool
    /// Why it cannot be changed here, such as a flag, if so.
    public var fixedBy: String?
    /// Its own values of keys that may stand in an entry, as one would write them.
    public var overrides: [String: String]

    /// Puts the facts together.
    public init(
        name: String, url: String, username: String? = nil, hasPassword: Bool, enabled: Bool,
        listed: Bool, fixedBy: String? = nil, overrides: [String: String]
    ) {
        self.name = name
        self.url = url
        self.username = username
        self.hasPassword = hasPassword
        self.enabled = enabled
        self.listed = listed
        self.fixedBy = fixedBy
        self.overrides = overrides
    }
}

/// Settings to be changed: a key with its new value, or nil for the default.
public struct SettingsChange: Hashable, Sendable {
    /// The new values, as one would write them in the file, by key.
    public var values: [String: String?]

    /// Settings to be changed.
    public init(values: [String: String?]) { self.values = values }
}

/// A camera that is to be added or changed.
public struct CameraDraft: Codable, Hashable, Sendable {
    /// Its name; `[a-z0-9-]{1,32}`.
    public var name: String?
    /// Its address; a user and a password in it are taken out of it and kept apart.
    public var url: String?
    /// The user name; empty removes it.
    public var username: String?
    /// The password, which no answer ever tells; empty removes it.
    public var password: String?
    /// Whether it is recorded.
    public var enabled: Bool?
    /// Values of keys that may stand in an entry; nil or an empty value removes one.
    public var overrides: [String: String?]?

    /// Puts the facts together.
    public init(
        name: String? = nil, url: String? = nil, username: String? = nil, password: String? = nil,
        enabled: Bool? = nil, overrides: [String: String?]? = nil
    ) {
        self.name = name
        self.url = url
        self.username = username
        self.password = password
        self.enabled = enabled
        self.overrides = overrides
    }
}
