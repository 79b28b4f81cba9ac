import AVRemux
import Archive
import Glibc
import RTSP
import Testing

@testable import cctv

struct SettingsTests {
    static func file(_ text: String) throws -> SettingsFile {
        try SettingsFile(path: "config.json", text: Array(text.utf8))
    }

    static func settings(
        _ text: String, flags: [String: String] = [:], environment: [String: String] = [:]
    ) throws -> Settings {
        try Settings(SettingsSources(flags: flags, environment: environment, file: file(text)))
    }

    @Test func `the predecessor's settings file is understood`() throws {
        let settings = try Self.settings(
            """
            {
              "RTSP_URL": "rtsp://admin:p%40ss@192.168.1.64:554/Streaming/Channels/101",
              "OUTPUT_FOLDER": "/srv/recordings",
              "MAX_FOLDER_SIZE_GB": 20,
              "VIDEO_CLIP_DURATION": 300,
              "CHECK_STREAM_DELAY": 10,
              "DELETE_CHECK_INTERVAL": 60,
              "FFMPEG_TIMEOUT": "7000000",
              "AUDIO_BITRATE": "128k"
            }
            """)
        let camera = try #require(settings.cameras.first)
        #expect(settings.cameras.count == 1)
        #expect(camera.recording.name == "camera" && !camera.hasFolder && camera.enabled)
        #expect(camera.recording.credentials?.username == "admin")
        #expect(camera.recording.credentials?.password == Secret("p@ss"))
        #expect(camera.recording.clipDuration == .seconds(300))
        #expect(camera.recording.stallTimeout == .seconds(10))
        #expect(camera.recording.networkTimeout == .seconds(7))
        #expect(camera.recording.audioBitrate == 128_000)
        #expect(settings.maxFolderBytes == 20 * 1_073_741_824)
        #expect(settings.deleteCheckInterval == .seconds(60))
        #expect(settings.logFile == "/srv/recordings/cctv_recorder_log.json")
    }

    @Test func `what is not set has the documented default`() throws {
        let settings = try Self.settings(#"{"RTSP_URL":"rtsp://h/1"}"#)
        let recording = try #require(settings.cameras.first?.recording)
        #expect(recording == CameraSettings(name: "camera", url: recording.url))
        #expect(settings.outputFolder == "./recordings")
        #expect(settings.maxFolderBytes == 50 << 30 && settings.minFreeBytes == 1 << 30)
        #expect(settings.maxAge == nil && settings.recordAtStart)
        #expect(settings.listen?.description == "127.0.0.1:8480")
        #expect(settings.logLevel == .info)
    }

    @Test func `a camera has limits of its own, and the volume's age where it says nothing`() throws
    {
        let settings = try Self.settings(
            """
            {"MAX_AGE_DAYS": 30, "CAMERAS": [
              {"NAME": "yard", "RTSP_URL": "rtsp://h/1", "MAX_SIZE_GB": 0.5, "MAX_AGE_DAYS": 2},
              {"NAME": "barn", "RTSP_URL": "rtsp://h/2", "MAX_AGE_DAYS": "off"},
              {"NAME": "door", "RTSP_URL": "rtsp://h/3"}]}
            """)
        let own = settings.limits.cameras
        #expect(own["yard"]?.maximumBytes == 1 << 29)
        #expect(own["yard"]?.maximumAge == .seconds(2 * 86_400))
        #expect(own["barn"]?.maximumBytes == nil && own["barn"]?.maximumAge == .some(nil))
        #expect(own["door"]?.maximumAge == .seconds(30 * 86_400))
        #expect(throws: SettingsError.self) {
            try Self.settings(#"{"RTSP_URL":"rtsp://h/1","MAX_SIZE_GB":1}"#)
        }
    }

    static let origins: [SettingOrigin] = [.fallback, .file, .environment, .flag]

    @Test(arguments: SettingsKey.top.filter { $0.flag != nil }, [false, true])
    func `a flag wins over the environment and that over the file`(
        _ key: SettingsKey, _ withFlag: Bool
    ) throws {
        var sources = SettingsSources(file: try Self.file(#"{"\#(key.name)": "file"}"#))
        #expect(sources.raw(key)?.shown == #""file""#)
        sources.environment[key.environmentName] = "environment"
        #expect(sources.raw(key)?.origin == .environment)
        if withFlag {
            sources.flags[key.name] = "flag"
            #expect(sources.raw(key)?.shown == #""flag""#)
        }
        sources.file = nil
        sources.environment = [:]
        sources.flags = [:]
        #expect(sources.raw(key)?.origin == (key.fallback == nil ? nil : .fallback))
    }

    @Test(arguments: SettingsKey.all.filter { $0.fallback != nil })
    func `every default is an allowed value`(_ key: SettingsKey) {
        #expect(key.kind.value(of: key.fallback ?? "") != nil)
    }

    @Test func `a camera's own setting wins over the top, a flag over both`() throws {
        let text = """
            {"AUDIO": "off", "RTSP_TRANSPORT": "udp", "CAMERAS": [
              {"NAME": "door", "RTSP_URL": "rtsp://a/1", "AUDIO": "aac", "ENABLED": false},
              {"NAME": "yard", "RTSP_URL": "rtsp://b/1", "VIDEO_CLIP_DURATION": 60}]}
            """
        let settings = try Self.settings(text)
        #expect(settings.cameras.map(\.recording.name) == ["door", "yard"])
        #expect(settings.cameras.map(\.recording.audio) == [.aac, .off])
        #expect(settings.cameras.map(\.recording.transport) == [.udp, .udp])
        #expect(settings.cameras.map(\.enabled) == [false, true])
        #expect(settings.cameras.allSatisfy { $0.hasFolder })
        #expect(settings.cameras[1].recording.clipDuration == .seconds(60))
        let forced = try Self.settings(text, flags: ["AUDIO": "auto"])
        #expect(forced.cameras.map(\.recording.audio) == [.auto, .auto])
    }

    @Test func `RTSP_URL as a flag records that camera instead of the file's list`() throws {
        let text = #"{"CAMERAS": [{"NAME": "door", "RTSP_URL": "rtsp://a/1"}]}"#
        let settings = try Self.settings(text, flags: ["RTSP_URL": "rtsp://test/2"])
        #expect(settings.cameras.map(\.recording.url.host) == ["test"])
    }

    @Test func `a camera in the list cannot have the name of RTSP_URL's camera`() throws {
        let error = #expect(throws: SettingsError.self) {
            try Self.settings(#"{"CAMERAS": [{"NAME": "camera", "RTSP_URL": "rtsp://a/1"}]}"#)
        }
        let text = error?.description ?? ""
        #expect(text.contains("config.json, line 1") && text.contains("such as camera-1"))
        _ = try Self.settings(#"{"CAMERAS": [{"NAME": "camera-1", "RTSP_URL": "rtsp://a/1"}]}"#)
    }

    @Test(arguments: ["off", "self-signed"])
    func `HSTS without a certificate that browsers know is refused`(tls: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try Self.settings(#"{"RTSP_URL": "rtsp://a/1", "TLS": "\#(tls)", "HSTS": true}"#)
        }
        #expect(error?.description.contains("HSTS needs TLS files") == true)
        let settings = try Self.settings(
            #"{"RTSP_URL": "rtsp://a/1", "TLS": "files", "TLS_CERTIFICATE": "/c", "TLS_KEY": "/k", "#
                + #""HSTS": true}"#)
        #expect(settings.connections.isStrict)
    }

    @Test func `cameras can come from the environment`() throws {
        let settings = try Settings(
            SettingsSources(environment: [
                "CCTV_CAMERAS": #"[{"NAME":"door","RTSP_URL":"rtsp://u:p@a/1"}]"#
            ]))
        #expect(settings.cameras.first?.recording.credentials?.username == "u")
    }

    @Test func `one name and password at the top serve every camera without its own`() throws {
        let settings = try Self.settings(
            """
            {"USERNAME": "viewer", "PASSWORD": "all", "CAMERAS": [
              {"NAME": "a", "RTSP_URL": "rtsp://h/1"},
              {"NAME": "b", "RTSP_URL": "rtsp://u:url@h/1"},
              {"NAME": "c", "RTSP_URL": "rtsp://h/1", "USERNAME": "own", "PASSWORD": "x"}]}
            """)
        let credentials = settings.cameras.map(\.recording.credentials)
        #expect(credentials.map { $0?.username } == ["viewer", "u", "own"])
        #expect(credentials.map { $0?.password } == [Secret("all"), Secret("url"), Secret("x")])
    }

    @Test func `no setting shows a password, however it is printed`() throws {
        let settings = try Self.settings(#"{"RTSP_URL":"rtsp://u:canary@h/1"}"#)
        #expect(!"\(settings)".contains("canary"))
        #expect(!String(reflecting: settings).contains("canary"))
    }

    @Test(arguments: [
        (
            #"{"VIDEO_CLIP_DURATION": 0}"#,
            "line 1, column 25: VIDEO_CLIP_DURATION is 0, but must be a whole number from 1 to 86400 (seconds)"
        ),
        (#"{"VIDEO_CLIP_DURATION": 1.5}"#, "a whole number"),
        (#"{"VIDEO_CLIP_DURATION": true}"#, "VIDEO_CLIP_DURATION is true"),
        (
            #"{"MAX_FOLDER_SIZE_GB": "lots"}"#,
            #"MAX_FOLDER_SIZE_GB is "lots", but must be a number from 0.01 to 1000000"#
        ),
        (
            #"{"MAX_FOLDER_SIZE_GB": 0.01, "CAMERAS": [{"NAME": "a", "RTSP_URL": "rtsp://h/1"}, {"NAME": "b", "RTSP_URL": "rtsp://h/2"}, {"NAME": "c", "RTSP_URL": "rtsp://h/3"}]}"#,
            "MAX_FOLDER_SIZE_GB is 0.01, but at least 0.015 is needed: 5 MiB for each camera"
        ),
        (#"{"AUDIO_BITRATE": "64"}"#, "bits per second from 8k to 512k"),
        (#"{"AUDIO": "mp3"}"#, "auto, aac or off"),
        (#"{"LISTEN": "8480"}"#, "HOST:PORT"),
        (
            #"{"OUTPUT_FOLDER": "C:\\Users\\me"}"#,
            "a Windows path; on Linux it looks like /srv/recordings"
        ),
        (
            #"{"OUTPUT_FOLDR": "x"}"#,
            "column 2: there is no key OUTPUT_FOLDR; did you mean OUTPUT_FOLDER?"
        ),
        (#"{"output_folder": "x"}"#, "did you mean OUTPUT_FOLDER?"),
        (#"{"COLOUR": "x"}"#, "there is no key COLOUR; `cctv config show` lists all keys"),
        (#"{"NAME": "x"}"#, "NAME belongs to one camera, in an entry of CAMERAS"),
        (#"{"RTSP_URL": "rtsp://h/", "CAMERAS": []}"#, "move it into CAMERAS"),
        (#"{"RTSP_URL": "http://h/"}"#, "rtsp://"),
        (#"{"RTSP_URL": "/etc/passwd"}"#, "rtsp://"),
        (#"{"RTSP_URL": "file:///etc/passwd"}"#, "rtsp://"),
        (#"{"RTSP_URL": "concat:rtsp://a|rtsp://b"}"#, "rtsp://"),
        (#"{"RTSP_URL": 7}"#, "RTSP_URL is 7"),
        (#"{"CAMERAS": {}}"#, "must be a list"),
        (#"{"CAMERAS": [7]}"#, "a camera is an object"),
        (#"{"CAMERAS": [{"RTSP_URL": "rtsp://h/"}]}"#, "the camera has no NAME"),
        (#"{"CAMERAS": [{"NAME": "a"}]}"#, "the camera has no RTSP_URL"),
        (#"{"CAMERAS": [{"NAME": "Front Door", "RTSP_URL": "rtsp://h/"}]}"#, "letters a-z"),
        (
            #"{"CAMERAS": [{"NAME": "a", "RTSP_URL": "rtsp://h/", "OUTPUT_FOLDER": "x"}]}"#,
            "holds for all cameras"
        ),
        (
            #"{"CAMERAS": [{"NAME": "a", "RTSP_URL": "rtsp://h/", "AUDIOO": "x"}]}"#,
            "did you mean AUDIO?"
        ),
        (
            #"{"CAMERAS": [{"NAME": "a", "RTSP_URL": "rtsp://h/", "AUDIO": "x"}]}"#,
            #"AUDIO of camera "a" is "x""#
        ),
        (
            #"{"CAMERAS": [{"NAME": "a", "RTSP_URL": "rtsp://h/"}, {"NAME": "a", "RTSP_URL": "rtsp://g/"}]}"#,
            "a second camera has the NAME"
        ),
        ("[]", "between { and }"),
    ])
    func `a setting that is not allowed is named with file, place, value and what is`(
        _ text: String, _ words: String
    ) {
        let error = #expect(throws: SettingsError.self) { try Self.settings(text) }
        #expect(error?.description.hasPrefix("config.json") == true)
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.exitStatus == EX_CONFIG)
    }

    @Test func `a bad flag is a usage error, a bad variable a configuration error`() {
        let flag = #expect(throws: SettingsError.self) {
            try Self.settings("{}", flags: ["VIDEO_CLIP_DURATION": "ten"])
        }
        #expect(flag?.exitStatus == EX_USAGE)
        #expect(flag?.description.hasPrefix(#"--video-clip-duration is "ten""#) == true)
        let variable = #expect(throws: SettingsError.self) {
            try Self.settings("{}", environment: ["CCTV_AUDIO": "loud"])
        }
        #expect(variable?.exitStatus == EX_CONFIG)
        #expect(variable?.description.hasPrefix("CCTV_AUDIO in the environment is") == true)
    }

    @Test func `a misspelt variable is an error, one of a container system is not`() throws {
        let error = #expect(throws: SettingsError.self) {
            try Self.settings("{}", environment: ["CCTV_RTSP_URLS": "x"])
        }
        #expect(error?.description.contains("CCTV_RTSP_URL") == true)
        _ = try Self.settings("{}", environment: ["CCTV_PORT_8480_TCP": "tcp://10.0.0.1:8480"])
    }

    @Test func `an error never repeats a password`() {
        for text in [
            #"{"RTSP_URL": "rtsp://u:canary@h:99999/1"}"#,
            #"{"CAMERAS": ["rtsp://u:canary@h/1"]}"#, #"{"PASSWORD": ["canary"]}"#,
            #"{"CAMERAS": [{"NAME": "a", "PASSWORD": 4711, "RTSP_URL": "rtsp://u:canary@h/1"}]}"#,
        ] {
            let error = #expect(throws: SettingsError.self) { try Self.settings(text) }
            #expect(error?.description.contains("canary") == false)
            #expect(error?.description.contains("4711") == false)
        }
    }

    @Test func `without a camera the error says how to name one`() throws {
        let error = #expect(throws: SettingsError.self) {
            try Self.settings("{}").enabledCameras()
        }
        #expect(error?.description.contains("--rtsp-url URL") == true)
    }
}
