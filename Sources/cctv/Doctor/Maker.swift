/// Where a maker hides what matters; known by the `Server` header that its cameras send.
///
/// The words are those of the makers' menus as of 2025; where nobody is recognized, the advice is general.
struct Maker: Equatable, Sendable {
    let name: String
    /// How to switch a codec off that sends key frames when it likes.
    let smartCodec: String
    /// How to set the key-frame interval.
    let keyFrameInterval: String
    /// How to set the clock.
    let clock: String

    private static let clockAdvice =
        "let the camera set its clock by NTP, from this machine or the router"

    private static let known: [(signs: [String], maker: Maker)] = [
        (
            ["hikvision", "hipcam", "app-webs", "dvrdvs", "dnvrs"],
            Maker(
                name: "Hikvision",
                smartCodec: "Configuration > Video/Audio > Video: H.264+ or H.265+ off, I Frame "
                    + "Interval twice the frame rate at most",
                keyFrameInterval: "Configuration > Video/Audio > Video: I Frame Interval to the "
                    + "frame rate (one a second)",
                clock: "Configuration > System > System Settings > Time Settings: NTP")
        ),
        (
            ["dahua", "rtsp server/3.0", "amcrest"],
            Maker(
                name: "Dahua",
                smartCodec:
                    "Setup > Camera > Video: Smart Codec off, I Frame Interval to the frame "
                    + "rate",
                keyFrameInterval:
                    "Setup > Camera > Video: I Frame Interval to the frame rate (one a "
                    + "second)",
                clock: "Setup > System > General > Date & Time: NTP")
        ),
        (
            ["reolink", "baichuan"],
            Maker(
                name: "Reolink",
                smartCodec: "Settings > Stream: Frame Rate Mode constant, I-frame Interval 1x",
                keyFrameInterval: "Settings > Stream: I-frame Interval 1x",
                clock: "Settings > System > Date & Time: Auto Sync (NTP)")
        ),
        (
            ["axis"],
            Maker(
                name: "Axis",
                smartCodec:
                    "Video > Stream: Zipstream's dynamic GOP off, GOP length to the frame rate",
                keyFrameInterval: "Video > Stream: GOP length to the frame rate",
                clock: "System > Time and location: NTP")
        ),
        (
            ["tp-link", "tapo", "vigi"],
            Maker(
                name: "TP-Link",
                smartCodec: "Advanced Settings > Video: Smart Coding off",
                keyFrameInterval: "Advanced Settings > Video: I-Frame Interval to the frame rate",
                clock: "the camera's app > Device Info > Time: sync")
        ),
        (
            ["uniview", "unv"],
            Maker(
                name: "Uniview",
                smartCodec: "Setup > Video & Audio > Video: Smart Encoding (U-Code) off",
                keyFrameInterval:
                    "Setup > Video & Audio > Video: I Frame Interval to the frame rate",
                clock: "Setup > Common > Time: NTP")
        ),
    ]

    /// Who made a camera that sends this `Server` header.
    init(server: String) {
        let text = server.lowercased()
        let found = Self.known.first { entry in entry.signs.contains { text.contains($0) } }
        self =
            found?.maker
            ?? Maker(
                name: "",
                smartCodec: "switch the smart codec (H.264+, H.265+, Zipstream, Smart Coding) off "
                    + "and set the key-frame interval to a second or two",
                keyFrameInterval:
                    "set the camera's key-frame interval (GOP, I-frame interval) to a second "
                    + "or two", clock: Self.clockAdvice)
    }

    private init(name: String, smartCodec: String, keyFrameInterval: String, clock: String) {
        self.name = name
        self.smartCodec = smartCodec
        self.keyFrameInterval = keyFrameInterval
        self.clock = clock
    }
}
