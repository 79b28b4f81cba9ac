import Platform

/// What `cctv status` prints, made of the API's state.
struct StatusDocument {
    /// The API's `RecorderStatus`.
    let status: JSON

    /// For scripts: the API's members, with those of a camera that scripts have always read as words.
    var json: JSON {
        var members = [JSON.Member(name: "ok", value: true)]
        for member in status.members ?? [] where member.name != "cameras" {
            members.append(member)
        }
        members.append(JSON.Member(name: "cameras", value: JSON(cameras.map(scripted))))
        return JSON(.object(members))
    }

    /// For people: a line for the recorder, one for each camera, and what is wrong.
    var text: String {
        let head =
            "\(activity) \(word(status, "output_folder")) "
            + "(process \(word(status, "pid")), cctv \(word(status, "version")))"
        let problems = (status["problems"]?.elements ?? []).filter { $0["camera"] == nil }
        let warnings = problems.compactMap { problem in
            problem["text"]?.string.map { "  ! " + $0 + since(problem) }
        }
        return ([head] + cameras.map(row) + warnings).joined(separator: "\n")
    }

    private var activity: String {
        if status["volume"]?["code"]?.string == "unmounted" { return "waiting for the disk of" }
        return isOn ? "recording to" : "not recording to"
    }

    /// When a problem began, in the time zone of whoever asks.
    private func since(_ problem: JSON) -> String {
        guard let since = problem["since"]?.string.flatMap(WallTime.init(rfc3339:)) else {
            return ""
        }
        let time = LocalTimestamp(since)
        return " (since \(time.day) \(time.timeOfDay))"
    }

    private var cameras: [JSON] { status["cameras"]?.elements ?? [] }

    private var isOn: Bool {
        if case .boolean(true)? = status["recording"]?.content { true } else { false }
    }

    private func row(_ camera: JSON) -> String {
        var parts = [word(camera, "name").padded(to: 16) + word(camera, "state").padded(to: 12)]
        let shown = [
            Self.videoText(camera), camera["clip"]?["path"]?.string, reason(of: camera),
        ]
        parts += shown.compactMap(\.self)
        if case .number(let digits)? = camera["retry_seconds"]?.content {
            let seconds = decimal(Double(digits) ?? 0, places: 1)
            parts.append("next attempt in \(seconds) s")
        }
        return "  " + parts.joined(separator: "  ")
    }

    /// Why a camera is not recorded, unless it is what is said once of the disk.
    private func reason(of camera: JSON) -> String? {
        let reason = camera["reason"]?.string
        return reason == status["volume"]?["reason"]?.string ? nil : reason
    }

    private static func videoText(_ camera: JSON) -> String? {
        guard let video = camera["video"], let name = video["codec_name"]?.string else {
            return nil
        }
        return "\(name) \(video["width"]?.text ?? "?")x\(video["height"]?.text ?? "?")"
    }

    /// A camera whose video and clip are words, with the API's objects beside them.
    private func scripted(_ camera: JSON) -> JSON {
        var members = [
            JSON.Member(name: "name", value: camera["name"] ?? nil),
            JSON.Member(name: "url", value: camera["url"] ?? nil),
            JSON.Member(name: "state", value: camera["state"] ?? nil),
            JSON.Member(name: "reason", value: camera["reason"] ?? nil),
            JSON.Member(name: "retry_seconds", value: camera["retry_seconds"] ?? nil),
            JSON.Member(name: "since_seconds", value: sinceSeconds(camera)),
            JSON.Member(name: "video", value: JSON(Self.videoText(camera))),
            JSON.Member(name: "audio", value: camera["audio"] ?? nil),
            JSON.Member(name: "clip", value: camera["clip"]?["path"] ?? nil),
        ]
        let renamed = ["video": "video_stream", "clip": "open_clip"]
        for member in camera.members ?? [] {
            let name = renamed[member.name] ?? member.name
            guard !members.contains(where: { $0.name == name }) else { continue }
            members.append(JSON.Member(name: name, value: member.value))
        }
        return JSON(.object(members))
    }

    /// How long the camera has done what it does, by the recorder's clock.
    private func sinceSeconds(_ camera: JSON) -> JSON {
        guard let since = camera["since"]?.string.flatMap(WallTime.init(rfc3339:)),
            let now = status["now"]?.string.flatMap(WallTime.init(rfc3339:))
        else { return nil }
        return JSON((now - since).seconds)
    }

    private func word(_ json: JSON, _ name: String) -> String {
        json[name].map { $0.string ?? $0.text } ?? "-"
    }
}
