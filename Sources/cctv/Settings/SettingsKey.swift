/// One setting: its name, what it may be and what it means.
///
/// The list `all` is the only place that knows the settings: the file's keys, the environment's
/// names, the flags, `cctv config` and the test of the reference page follow from it.
struct SettingsKey: Sendable {
    /// Where a setting may stand.
    enum Scope: Sendable {
        /// At the top only.
        case program
        /// At the top, for every camera, and in an entry of `CAMERAS`, for that one.
        case camera
        /// In an entry of `CAMERAS` only.
        case entry
    }

    /// The key in `config.json`.
    let name: String
    let kind: SettingKind
    let scope: Scope
    /// What holds when nothing is set, as a person would write it.
    let fallback: String?
    /// What the setting does, in one sentence for `--help` and the reference.
    let meaning: String

    init(
        _ name: String, _ kind: SettingKind, _ scope: Scope, default fallback: String? = nil,
        _ meaning: String
    ) {
        self.name = name
        self.kind = kind
        self.scope = scope
        self.fallback = fallback
        self.meaning = meaning
    }

    /// The name in the environment: `CCTV_AUDIO_BITRATE`.
    var environmentName: String { "CCTV_" + name }

    /// The flag without its dashes, `audio-bitrate`; none for a secret, because every user of the
    /// machine can read a command line.
    var flag: String? {
        guard scope != .entry, kind != .secret else { return nil }
        return String(name.lowercased().map { $0 == "_" ? "-" : $0 })
    }

    static let rtspURL = Self(
        "RTSP_URL", .url, .camera,
        "The camera's address, rtsp://HOST/PATH; the short form for one camera.")
    static let username = Self(
        "USERNAME", .text, .camera, "The user name that the camera asks for.")
    static let password = Self(
        "PASSWORD", .secret, .camera,
        "The password that the camera asks for; it has no flag, so that no process list shows it.")
    static let cameras = Self(
        "CAMERAS", .cameras, .program, "A list of cameras, each an object with NAME and RTSP_URL.")
    static let outputFolder = Self(
        "OUTPUT_FOLDER", .path, .program, default: "./recordings", "Where clips go.")
    static let maxFolderSize = Self(
        "MAX_FOLDER_SIZE_GB", .number(0.01...1_000_000, "GB of 1024^3 bytes"), .program,
        default: "50", "How large the folder may grow; the oldest clips make room.")
    static let minFreeSpace = Self(
        "MIN_FREE_SPACE_GB", .number(0...1_000_000, "GB of 1024^3 bytes"), .program, default: "1",
        "What stays free on the disk, whatever the folder's limit says.")
    static let maxAge = Self(
        "MAX_AGE_DAYS", .numberOrOff(0.01...36_500, "days"), .camera, default: "off",
        "Clips older than this are deleted.")
    static let maxSize = Self(
        "MAX_SIZE_GB", .numberOrOff(0.01...1_000_000, "GB of 1024^3 bytes"), .entry,
        default: "off",
        "How much this camera's clips may take; its oldest ones make room.")
    static let deleteCheckInterval = Self(
        "DELETE_CHECK_INTERVAL", .whole(1...3_600, "seconds"), .program, default: "10",
        "How often the limits are looked after; the folder's limit holds at all times.")
    static let clipDuration = Self(
        "VIDEO_CLIP_DURATION", .whole(1...86_400, "seconds"), .camera, default: "600",
        "The length of a clip, up to the next key frame.")
    static let alignClips = Self(
        "ALIGN_CLIPS", .boolean, .camera, default: "true",
        "Whether clips begin on the clock, 10:00, 10:10 and so on.")
    static let stallDelay = Self(
        "CHECK_STREAM_DELAY", .number(1...600, "seconds"), .camera, default: "5",
        "Time without video after which a camera counts as stalled.")
    static let networkTimeout = Self(
        "FFMPEG_TIMEOUT", .whole(100_000...600_000_000, "microseconds"), .camera,
        default: "5000000", "The longest time for one network operation.")
    static let transport = Self(
        "RTSP_TRANSPORT", .choice(["tcp", "udp"]), .camera, default: "tcp",
        "How the camera sends its packets.")
    static let audio = Self(
        "AUDIO", .choice(["auto", "aac", "off"]), .camera, default: "auto",
        "Sound: copied where MP4 holds it and else AAC (auto), always AAC (aac), or none (off).")
    static let audioBitrate = Self(
        "AUDIO_BITRATE", .bitrate(8_000...512_000), .camera, default: "64k",
        "The bit rate of sound that must be encoded.")
    static let recordAtStart = Self(
        "RECORD_AT_START", .boolean, .program, default: "true",
        "Whether recording begins at once or waits for `cctv start`.")
    static let listen = Self(
        "LISTEN", .address, .program, default: "127.0.0.1:8480",
        "The web console's address; beyond this machine only once a password is set.")
    static let web = Self(
        "WEB", .boolean, .program, default: "true",
        "Whether the web console is served; its socket for `cctv status` is always there.")
    static let logFile = Self(
        "LOG_FILE", .path, .program, default: "cctv_recorder_log.json",
        "The log; a relative path starts in the output folder.")
    static let logLevel = Self(
        "LOG_LEVEL", .choice(["DEBUG", "INFO", "WARNING", "ERROR"]), .program, default: "INFO",
        "The least important lines that are logged.")
    static let name = Self(
        "NAME", .name, .entry, "The camera's name, which is its folder's name too.")
    static let enabled = Self(
        "ENABLED", .boolean, .entry, default: "true", "Whether the camera is recorded.")

    /// Every setting, in the order of the reference page.
    static let all: [SettingsKey] =
        [
            rtspURL, username, password, outputFolder, maxFolderSize, clipDuration, alignClips,
            stallDelay, deleteCheckInterval, networkTimeout, audio, audioBitrate, cameras,
            transport,
            recordAtStart, minFreeSpace, maxAge, listen, web, logFile, logLevel, name, enabled,
            maxSize,
        ] + connections + notices

    /// The settings that may stand at the top of the file.
    static let top = all.filter { $0.scope != .entry }
    /// The settings that may stand in an entry of `CAMERAS`.
    static let perCamera = all.filter { $0.scope != .program }
}

extension SettingsKey {
    /// Returns the known name that a misspelt one was meant to be; nil if none is near.
    static func nearest(to name: String, among keys: [SettingsKey]) -> SettingsKey? {
        let name = name.uppercased()
        let nearest = keys.min { distance($0.name, name) < distance($1.name, name) }
        guard let nearest, distance(nearest.name, name) <= max(1, nearest.name.count / 4) else {
            return nil
        }
        return nearest
    }

    /// The edit distance: letters to insert, delete or replace to make one text of the other.
    static func distance(_ a: String, _ b: String) -> Int {
        let b = Array(b.unicodeScalars)
        var row = Array(0...b.count)
        for (i, left) in a.unicodeScalars.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let replaced = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[b.count]
    }
}
