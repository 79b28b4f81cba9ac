import AVRemux
import Glibc
import RTSP

/// One entry of `CAMERAS`, before its settings are read.
struct CameraEntry {
    let members: [JSON.Member]
    /// What is kept of the camera apart from the list.
    var secrets: [JSON.Member] = []
    /// Where the list came from; errors and precedence follow it.
    let origin: SettingOrigin
    let file: SettingsFile?
    /// The entry's place, for errors about the entry as a whole.
    let place: String

    /// The camera's name as an error shows it, allowed or not.
    var name: String { members.first { $0.name == SettingsKey.name.name }?.value.string ?? "" }

    /// A setting as the entry has it, or else the secrets.
    func raw(_ key: SettingsKey) -> RawSetting? {
        let typed = typed(key)
        guard key.kind == .secret, typed?.isEmpty != false,
            let kept = secrets.first(where: { $0.name == key.name }), !kept.value.isNull
        else { return typed }
        return RawSetting(content: .json(kept.value), origin: origin, filePlace: place)
    }

    /// A setting as somebody wrote it into the list.
    func typed(_ key: SettingsKey) -> RawSetting? {
        guard let member = members.first(where: { $0.name == key.name }), !member.value.isNull
        else { return nil }
        let place = file.map { $0.place(of: member.value) } ?? self.place
        return RawSetting(content: .json(member.value), origin: origin, filePlace: place)
    }
}

/// Makes cameras of `RTSP_URL` or `CAMERAS`.
enum CameraList {
    /// What `cctv config init` writes: an address that RFC 5737 keeps free of real machines.
    static let exampleAddress = "rtsp://192.0.2.20:554/stream1"

    /// Returns the configured cameras, in their order, and what single ones of them may take.
    ///
    /// No camera is no error here.
    static func read(
        _ sources: SettingsSources
    ) throws(SettingsError) -> ([Settings.Camera], [String: Settings.CameraRetention]) {
        let list = sources.raw(.cameras)
        let short = sources.raw(.rtspURL)
        guard let list, short == nil || list.origin >= (short?.origin ?? .fallback) else {
            return try (short == nil ? [] : [camera(SettingValues(sources: sources))], [:])
        }
        if let short, short.origin == list.origin {
            throw SettingsError(
                "\(short.place(of: .rtspURL)) and CAMERAS are both set; RTSP_URL is the short form "
                    + "for one camera, so move it into CAMERAS or remove it",
                exitStatus: list.origin.exitStatus)
        }
        var cameras: [Settings.Camera] = []
        var retention: [String: Settings.CameraRetention] = [:]
        for entry in try entries(list, sources) {
            for member in entry.members {
                try SettingsSources.check(member, in: entry.file, among: SettingsKey.perCamera)
            }
            let values = SettingValues(sources: sources, entry: entry)
            let camera = try camera(values)
            guard !cameras.contains(where: { $0.recording.name == camera.recording.name }) else {
                throw SettingsError(
                    "\(entry.place): a second camera has the NAME \"\(camera.recording.name)\"",
                    exitStatus: list.origin.exitStatus)
            }
            cameras.append(camera)
            retention[camera.recording.name] = Settings.CameraRetention(
                maxBytes: try values.gigabytesIfSet(.maxSize),
                maxAge: try values.daysIfSet(.maxAge))
        }
        return (cameras, retention)
    }

    private static func entries(
        _ raw: RawSetting, _ sources: SettingsSources
    ) throws(SettingsError) -> [CameraEntry] {
        let json: JSON
        let file: SettingsFile?
        switch raw.content {
        case .json(let value): (json, file) = (value, sources.file)
        case .word(let word):
            let name = raw.place(of: .cameras)
            do {
                json = try JSONReader.read(Array(word.utf8))
                file = nil
            } catch {
                throw SettingsError("\(name), \(error)", exitStatus: raw.origin.exitStatus)
            }
        }
        guard let elements = json.elements else {
            throw SettingsError(
                "\(raw.place(of: .cameras)) must be \(SettingsKey.cameras.kind.allowed)",
                exitStatus: raw.origin.exitStatus)
        }
        var entries: [CameraEntry] = []
        for (index, element) in elements.enumerated() {
            let place =
                file?.place(of: element) ?? "\(raw.place(of: .cameras)), camera \(index + 1)"
            guard let members = element.members else {
                throw SettingsError(
                    "\(place): a camera is an object with NAME and RTSP_URL, not \(element.text)",
                    exitStatus: raw.origin.exitStatus)
            }
            var entry = CameraEntry(members: members, origin: raw.origin, file: file, place: place)
            // They are the file's cameras, not what the environment calls by the same name.
            if file != nil { entry.secrets = sources.secrets?.secrets(of: entry.name) ?? [] }
            entries.append(entry)
        }
        return entries
    }

    private static func camera(_ values: SettingValues) throws(SettingsError) -> Settings.Camera {
        var name = Settings.shortFormName
        if let entry = values.entry {
            guard let given = try values.textIfSet(.name) else {
                throw SettingsError(
                    "\(entry.place): the camera has no NAME, which is \(SettingKind.name.allowed)",
                    exitStatus: entry.origin.exitStatus)
            }
            guard given != Settings.shortFormName else {
                throw SettingsError(
                    "\(entry.place): the NAME \"\(given)\" is the one of the camera of RTSP_URL, "
                        + "whose clips would be taken for this camera's; choose another, such as "
                        + "\(given)-1",
                    exitStatus: entry.origin.exitStatus)
            }
            name = given
        }
        let url = try address(values)
        var recording = CameraSettings(
            name: name, url: url, credentials: try credentials(values, of: url))
        recording.transport =
            MediaTransport(rawValue: try values.text(.transport)) ?? .tcp
        recording.networkTimeout = .microseconds(try values.whole(.networkTimeout))
        recording.stallTimeout = .seconds(try values.number(.stallDelay))
        recording.audio = CameraSettings.Audio(rawValue: try values.text(.audio)) ?? .auto
        recording.audioBitrate = try values.whole(.audioBitrate)
        recording.clipDuration = .seconds(try values.whole(.clipDuration))
        recording.alignClips = try values.boolean(.alignClips)
        return Settings.Camera(
            recording: recording,
            enabled: values.entry == nil ? true : try values.boolean(.enabled),
            hasFolder: values.entry != nil)
    }

    /// The camera's own address: a flag `--rtsp-url` replaces the list, never one entry's address.
    private static func address(_ values: SettingValues) throws(SettingsError) -> CameraURL {
        guard let raw = values.own(.rtspURL) else {
            throw SettingsError(
                "\(values.entry?.place ?? ""): the camera has no RTSP_URL, "
                    + "which looks like rtsp://192.168.1.20/stream1",
                exitStatus: values.entry?.origin.exitStatus ?? EX_CONFIG)
        }
        guard case .text(let text) = try raw.value(for: .rtspURL, of: values.entry?.name) else {
            throw .notAllowed(raw, .rtspURL, of: values.entry?.name)
        }
        do {
            return try CameraURL(parsing: text)
        } catch {
            throw SettingsError(
                "\(raw.place(of: .rtspURL)): \(error)", exitStatus: raw.origin.exitStatus)
        }
    }

    /// The credentials beside the URL, or in it, or kept apart, or those of all cameras, in this order.
    private static func credentials(
        _ values: SettingValues, of url: CameraURL
    ) throws(SettingsError) -> Credentials? {
        let own = values.entry.map { entry in
            [SettingsKey.username, .password].contains { entry.typed($0)?.isEmpty == false }
        }
        if own != true, let inURL = url.credentials { return inURL }
        // A key that was left empty is one that nobody set.
        func filled(_ key: SettingsKey) -> RawSetting? {
            [values.own(key), values.sources.raw(key)].compactMap { $0 }.first { !$0.isEmpty }
        }
        let (username, password) = (filled(.username), filled(.password))
        guard username != nil || password != nil else { return url.credentials }
        return Credentials(
            username: try text(username, .username) ?? "",
            password: Secret(try text(password, .password) ?? ""))
    }

    private static func text(
        _ raw: RawSetting?, _ key: SettingsKey
    ) throws(SettingsError) -> String? {
        guard let raw, case .text(let text) = try raw.value(for: key) else { return nil }
        return text
    }
}

extension CameraURL {
    /// Whether it is the address that `cctv config init` writes.
    var isExample: Bool { (try? CameraURL(parsing: CameraList.exampleAddress)) == self }
}
