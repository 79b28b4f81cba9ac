import TestSupport
import Testing

@testable import cctv

/// Settings files, secrets, environments and flags that were damaged; `CCTV_FUZZ_ITERATIONS` and `CCTV_SEED` say
/// how many and which.
struct SettingsFuzzTests {
    private static let examples = [
        #"{"RTSP_URL":"rtsp://admin:p%40ss@192.168.1.64:554/1","MAX_FOLDER_SIZE_GB":20}"#,
        #"{"CAMERAS":[{"NAME":"front","RTSP_URL":"rtsp://h/1","MAX_AGE_DAYS":7},{"NAME":"b"}]}"#,
        #"{"VIDEO_CLIP_DURATION":300,"AUDIO_BITRATE":"128k","LISTEN":"127.0.0.1:8480"}"#,
        #"{"FFMPEG_TIMEOUT":"7000000","OUTPUT_FOLDER":"/srv/\u00e9\ud83d\ude00","A":[null,true]}"#,
    ]

    private static let secrets = [
        #"{"PASSWORD":"canary","CAMERAS":[{"NAME":"front","PASSWORD":"canary"}]}"#,
        #"{"WEBHOOK_URL":"https://h/canary","MQTT_PASSWORD":null,"CAMERAS":[]}"#,
    ]

    @Test func `damaged settings are read or refused with a place, never more`() {
        var files = Mutator(seed: Chosen.seed ?? 7, corpus: Self.examples.map { Array($0.utf8) })
        var kept = Mutator(seed: Chosen.seed ?? 9, corpus: Self.secrets.map { Array($0.utf8) })
        let values = ["1", "on", "rtsp://u:p@h/1", "[::1]:80", "12h", "0.5", "front,back", "/tmp"]
        var words = Mutator(seed: Chosen.seed ?? 8, corpus: values.map { Array($0.utf8) })
        for iteration in 0..<(Chosen.fuzzIterations ?? 3000) {
            let key = SettingsKey.top[iteration % SettingsKey.top.count]
            do throws(SettingsError) {
                var sources = SettingsSources()
                sources.file = try SettingsFile(path: "config.json", text: files.next())
                if iteration.isMultiple(of: 3) {
                    sources.secrets = try SecretsFile.read(kept.next(), path: "secrets.json")
                }
                sources.flags = [key.name: words.nextText()]
                sources.environment = [key.environmentName: words.nextText()]
                if iteration.isMultiple(of: 2) { sources.flags = [:] }
                try sources.checkKeys()
                _ = try Settings(sources)
                var draft = try SettingsDraft(sources, path: "config.json")
                try draft.set(.mqttPassword, to: "new")
                if !draft.cameraEntries.isEmpty {
                    try draft.set(.password, to: "new", at: .camera(0))
                }
                try SecretsFile.check(draft.secrets)
            } catch {
                #expect(!"\(error)".isEmpty && !"\(error)".contains("canary"), "\(error)")
            }
        }
    }
}
