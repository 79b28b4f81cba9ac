import AVRemux
import Archive
import Notify
import Platform

/// The settings of one recorder, read and found allowed.
struct Settings: Sendable, Equatable {
    /// One camera as it was configured.
    struct Camera: Sendable, Equatable {
        /// What to record and how.
        var recording: CameraSettings
        /// Whether the camera is recorded.
        var enabled: Bool
        /// Whether the clips lie in a folder of the camera's name: all but those of `RTSP_URL` do.
        var hasFolder: Bool
    }

    /// What one camera's clips may take, and for how long they are kept; apart from the camera, so
    /// that a change of it disturbs no session.
    struct CameraRetention: Sendable, Equatable {
        /// Nil sets no limit of the camera's own.
        var maxBytes: Int64?
        /// Nil keeps the clips while there is room.
        var maxAge: Duration?
    }

    var cameras: [Camera]
    /// By the `NAME` of those that have one.
    var cameraRetention: [String: CameraRetention]
    var outputFolder: String
    /// The folder's limit in bytes.
    var maxFolderBytes: Int64
    /// Bytes that stay free on the disk.
    var minFreeBytes: Int64
    var maxAge: Duration?
    var deleteCheckInterval: Duration
    var recordAtStart: Bool
    /// Where the console listens; nil if it is left out.
    var listen: ListenAddress?
    /// How browsers reach it.
    var connections: ConnectionSettings
    /// The log's path, made whole.
    var logFile: String
    var logLevel: LogLevel
    /// Who is told of trouble.
    var notify: NotifySettings

    /// The name of the camera that `RTSP_URL` names.
    static let shortFormName = "camera"
}

extension Settings {
    /// Reads every setting from where it stands.
    ///
    /// - Throws: `SettingsError` for the first setting that is not allowed or not known.
    init(_ sources: SettingsSources) throws(SettingsError) {
        try sources.checkKeys()
        // A value that no camera uses today is checked all the same.
        for key in SettingsKey.top where key.kind != .cameras {
            _ = try sources.raw(key)?.value(for: key)
        }
        let values = SettingValues(sources: sources)
        (cameras, cameraRetention) = try CameraList.read(sources)
        outputFolder = try values.text(.outputFolder)
        maxFolderBytes = try values.gigabytes(.maxFolderSize)
        try Self.checkRoom(maxFolderBytes, for: cameras.count(where: \.enabled), sources)
        minFreeBytes = try values.gigabytes(.minFreeSpace)
        maxAge = try values.daysIfSet(.maxAge)
        deleteCheckInterval = .seconds(try values.whole(.deleteCheckInterval))
        recordAtStart = try values.boolean(.recordAtStart)
        let address = try values.address(.listen)
        listen = try values.boolean(.web) ? address : nil
        connections = try ConnectionSettings(values)
        logFile = Files.path(try values.text(.logFile), in: outputFolder)
        logLevel = LogLevel(rawValue: try values.text(.logLevel)) ?? .info
        notify = try NotifySettings(values)
    }

    /// A folder in which not even the clips that are being recorded fit is none for so many cameras.
    private static func checkRoom(
        _ bytes: Int64, for cameras: Int, _ sources: SettingsSources
    ) throws(SettingsError) {
        let least = Int64(cameras) * RetentionLimits.leastPerCamera
        guard bytes < least, let raw = sources.raw(.maxFolderSize) else { return }
        // Rounded up, so that the number that is named is one that does.
        let gigabytes = Double((least * 1000 + (1 << 30) - 1) >> 30) / 1000
        throw SettingsError(
            "\(raw.place(of: .maxFolderSize)) is \(raw.shown), but at least "
                + "\(decimal(gigabytes, places: 3)) is needed: 5 MiB for each camera",
            exitStatus: raw.origin.exitStatus)
    }

    /// The cameras that are recorded; one must be.
    func enabledCameras() throws(SettingsError) -> [Camera] {
        guard !cameras.isEmpty else {
            throw SettingsError(
                "no camera is configured; set RTSP_URL or CAMERAS, in config.json or as "
                    + "--rtsp-url URL (`cctv config init` writes a config.json, "
                    + "`cctv demo` needs no camera)")
        }
        let enabled = cameras.filter(\.enabled)
        guard !enabled.contains(where: { $0.recording.url.isExample }) else {
            throw SettingsError(
                "RTSP_URL is still the example \(CameraList.exampleAddress); put your camera's "
                    + "address in, with: cctv config set RTSP_URL rtsp://HOST/PATH")
        }
        guard !enabled.isEmpty else {
            throw SettingsError("no camera is enabled; set ENABLED of one of CAMERAS to true")
        }
        return enabled
    }
}

/// Reads settings as the types that the program wants, from an entry of `CAMERAS` first.
struct SettingValues {
    let sources: SettingsSources
    var entry: CameraEntry?

    private func value(_ key: SettingsKey) throws(SettingsError) -> SettingValue? {
        let whole = sources.raw(key)
        // A stronger origin than the list's own holds for every camera: `--audio off`.
        if let entry, let own = entry.raw(key), own.origin >= whole?.origin ?? .fallback {
            return try own.value(for: key, of: entry.name)
        }
        return try whole.map { raw throws(SettingsError) in try raw.value(for: key) }
    }

    /// The setting as the entry has it; without an entry, as the top has it.
    func own(_ key: SettingsKey) -> RawSetting? {
        if let entry { entry.raw(key) } else { sources.raw(key) }
    }

    func textIfSet(_ key: SettingsKey) throws(SettingsError) -> String? {
        if case .text(let text) = try value(key) { text } else { nil }
    }

    func numberIfSet(_ key: SettingsKey) throws(SettingsError) -> Double? {
        if case .number(let number) = try value(key) { number } else { nil }
    }

    func text(_ key: SettingsKey) throws(SettingsError) -> String {
        if case .text(let text) = try value(key) { return text }
        preconditionFailure("\(key.name) is no text or has no default")
    }

    func whole(_ key: SettingsKey) throws(SettingsError) -> Int {
        if case .whole(let number) = try value(key) { return number }
        preconditionFailure("\(key.name) is no whole number or has no default")
    }

    func number(_ key: SettingsKey) throws(SettingsError) -> Double {
        if case .number(let number) = try value(key) { return number }
        preconditionFailure("\(key.name) is no number or has no default")
    }

    func boolean(_ key: SettingsKey) throws(SettingsError) -> Bool {
        if case .boolean(let boolean) = try value(key) { return boolean }
        preconditionFailure("\(key.name) is no yes or no, or has no default")
    }

    func address(_ key: SettingsKey) throws(SettingsError) -> ListenAddress {
        if case .address(let address) = try value(key) { return address }
        preconditionFailure("\(key.name) is no address or has no default")
    }

    func daysIfSet(_ key: SettingsKey) throws(SettingsError) -> Duration? {
        try numberIfSet(key).map { .seconds($0 * 86_400) }
    }

    func gigabytesIfSet(_ key: SettingsKey) throws(SettingsError) -> Int64? {
        try numberIfSet(key).map { Int64($0 * 1_073_741_824) }
    }

    func gigabytes(_ key: SettingsKey) throws(SettingsError) -> Int64 {
        Int64(try number(key) * 1_073_741_824)
    }
}
