import AVRemux
import ArgumentParser
import Glibc

/// `cctv config`: what the settings are, and whether they hold.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check, show, write and change the settings.",
        subcommands: [Check.self, Show.self, Init.self, Set.self])
}

extension ConfigCommand {
    /// `cctv config check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether the settings hold, and which cameras they name.")

        @OptionGroup var selection: SettingsSelection

        func run() throws {
            let sources = try selection.sources()
            try sources.needSecrets()
            let settings = try Settings(sources)
            _ = try settings.enabledCameras()
            print("\(sources.file?.path ?? "no settings file"): good")
            for camera in settings.cameras {
                let state = camera.enabled ? "" : " (not enabled)"
                print("  \(camera.recording.name): \(camera.recording.url)\(state)")
            }
            for warning in sources.warnings { print("  \(warning)") }
        }
    }

    /// `cctv config show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show each setting, its value and where it was set; passwords as ***.")

        @OptionGroup var selection: SettingsSelection

        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            let sources = try selection.sources()
            _ = try Settings(sources)
            let rows = SettingsKey.top.map { ($0, sources.raw($0)) }
            guard !json else {
                let members = rows.map { key, raw in
                    let origin = raw?.origin.word ?? SettingOrigin.fallback.word
                    return JSON.Member(
                        name: key.name,
                        value: ["value": raw?.publicValue(of: key) ?? nil, "origin": JSON(origin)])
                }
                return print(JSON(.object(members)).indented)
            }
            print("settings file: \(sources.file?.path ?? "none")")
            if let secrets = sources.secrets { print("secrets file:  \(secrets.path)") }
            for (key, raw) in rows {
                let value = raw?.publicValue(of: key)
                let text = value?.string ?? value?.text ?? "-"
                print(
                    "\(key.name.padded(to: 22))\((raw?.origin.word ?? "").padded(to: 13))"
                        + Redaction.redacted(text))
            }
        }
    }

    /// `cctv config init`.
    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a settings file to start from; one that exists is left alone.")

        @Argument(help: "Where to write it.")
        var path = "config.json"

        func run() throws {
            guard access(path, F_OK) != 0 else {
                throw CommandFailure("\(path) exists already and is left as it is", EX_CANTCREAT)
            }
            let settings: JSON = [
                "RTSP_URL": JSON(CameraList.exampleAddress), "USERNAME": "admin", "PASSWORD": "",
                "OUTPUT_FOLDER": "./recordings", "MAX_FOLDER_SIZE_GB": 50,
                "VIDEO_CLIP_DURATION": 600,
            ]
            do {
                try Files.replace(path, with: Array((settings.indented + "\n").utf8), mode: 0o640)
            } catch {
                throw CommandFailure("\(error)", EX_CANTCREAT)
            }
            print("\(path) is written: put your camera's address and password in, then run cctv")
        }
    }

    /// `cctv config set`.
    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change one setting of the file; the rest of it stays as it is.",
            discussion: """
                A secret goes into secrets.json beside the file, for its owner alone. A running recorder \
                takes the setting over after `cctv reload`.
                """)

        @OptionGroup var selection: SettingsSelection

        @Argument(help: "The key, as in the file: VIDEO_CLIP_DURATION.")
        var key: String

        @Argument(help: "The value.")
        var value: String

        func run() throws {
            var sources = try selection.sources()
            guard let file = sources.file else {
                throw CommandFailure(
                    "there is no settings file to change; `cctv config init` writes one", EX_NOINPUT
                )
            }
            guard let known = SettingsKey.top.first(where: { $0.name == key }) else {
                throw SettingsError.unknown(
                    key, at: "the command line", among: SettingsKey.top, exitStatus: EX_USAGE)
            }
            var draft = try SettingsDraft(sources, path: file.path)
            try draft.set(known, to: known.kind.json(of: value))
            sources.file = draft.file
            sources.secrets = draft.secrets
            _ = try Settings(sources)
            do { try draft.save() } catch { throw CommandFailure("\(error)", EX_IOERR) }
            let path = known.kind == .secret ? draft.secrets.path : file.path
            let effective = sources.raw(known)?.origin ?? .file
            let note = effective > .file ? "; the \(effective.word) still says otherwise" : ""
            print("\(path): \(known.name) is set\(note)")
        }
    }
}

extension RawSetting {
    /// The value for people: no secret, no credentials in an address, camera entries included.
    func publicValue(of key: SettingsKey) -> JSON {
        switch content {
        case .word(let word): key.kind == .secret ? "***" : JSON(Redaction.redacted(word))
        case .json(let json): key.kind == .secret ? "***" : json.withoutSecrets
        }
    }
}

extension JSON {
    /// The value with `***` for passwords, at any depth.
    fileprivate var withoutSecrets: JSON {
        switch content {
        case .string(let text): JSON(Redaction.redacted(text))
        case .array(let elements): JSON(elements.map(\.withoutSecrets))
        case .object(let members):
            JSON(
                .object(
                    members.map { member in
                        let isSecret = member.name == SettingsKey.password.name
                        return Member(
                            name: member.name, value: isSecret ? "***" : member.value.withoutSecrets
                        )
                    }))
        default: self
        }
    }
}
