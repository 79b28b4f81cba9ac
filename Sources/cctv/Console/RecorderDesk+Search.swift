import AVRemux
import Archive
import Console
import Platform
import RTSP

// Cameras that are not recorded yet: a look at one, and who is there on the network.
extension RecorderDesk {
    func probe(_ request: ProbeRequest) async throws(RecorderFailure) -> ProbeRecord {
        let seconds = request.seconds ?? 4
        guard (1...60).contains(seconds) else {
            throw RecorderFailure(
                .invalid, code: "probe.seconds", "Frames are counted for 1 to 60 seconds.",
                field: "seconds")
        }
        let report = try await search.probe(probed(request), for: .seconds(seconds))
        var record = ProbeRecord(report)
        record.picture = await picture(of: report)
        return record
    }

    /// The settings to look at a camera with: what the request says, or else the configured ones.
    private func probed(_ request: ProbeRequest) throws(RecorderFailure) -> CameraSettings {
        var settings: CameraSettings?
        if let name = request.camera {
            guard
                let known = board.facts.settings.cameras.first(where: {
                    $0.recording.name == name
                })
            else { throw .noCamera(name) }
            settings = known.recording
        }
        if let text = request.url {
            let url = try CameraURL(checking: text)
            // A password goes to the camera it belongs to and to no other address.
            let kept = settings.flatMap { $0.url.host == url.host ? $0.credentials : nil }
            if settings == nil { settings = CameraSettings(name: "probe", url: url) }
            settings?.url = url
            settings?.credentials = url.credentials ?? kept
        }
        guard var settings else {
            throw RecorderFailure(
                .invalid, code: "camera.url", "A camera needs an address.", field: "url")
        }
        if request.username != nil || request.password != nil {
            settings.credentials = Credentials(
                username: request.username ?? settings.credentials?.username ?? "",
                password: request.password.map(Secret.init) ?? settings.credentials?.password
                    ?? Secret(""))
        }
        return settings
    }

    func discover() async throws(RecorderFailure) -> [DiscoveredCamera] {
        let known = Set(board.facts.settings.cameras.map(\.recording.url.host))
        return try await search.discover().map { camera in
            DiscoveredCamera(
                host: camera.host, name: camera.name, hardware: camera.hardware,
                service: camera.service, known: known.contains(camera.host))
        }
    }
}

/// The ledger's word for why there is no session.
enum LedgerWord {
    static func of(_ end: SessionEnd) -> String { LedgerCause(end).rawValue }
}

extension ProbeRecord {
    /// What was seen of a camera, in the console's words.
    init(_ report: ProbeReport) {
        self.init(
            video: CameraReport.VideoRecord(report.video), frameRate: report.frameRate,
            deliveredFrameRate: report.deliveredFrameRate, bitrate: report.bitrate,
            keyFrameSeconds: report.keyFrameInterval,
            longestKeyFrameSeconds: report.longestKeyFrameInterval, audio: report.audio.text,
            lostPackets: report.lostPackets,
            firstPictureSeconds: report.timeToKeyFrame.seconds, server: report.server,
            remarks: report.remarks)
    }
}

extension ProbeReport {
    /// What a person should know before the camera is added.
    var remarks: [String] {
        var remarks: [String] = []
        if video.codec == "hevc" {
            remarks.append(
                "The video is H.265, which many browsers cannot play; clips play in VLC and others. "
                    + "Set the camera to H.264 to see it moving here.")
        }
        if let longest = longestKeyFrameInterval {
            if longest > 4 {
                remarks.append(
                    "A key frame comes only every \(decimal(longest, places: 1)) s, so clips begin "
                        + "late; set the camera to one every 1 or 2 s.")
            }
        } else {
            remarks.append(
                "No second key frame came while it was looked; set the camera to one every 1 or 2 s."
            )
        }
        if lostPackets > 0 {
            remarks.append(
                "\(lostPackets) packets were lost on the way; use RTSP over TCP, or a cable.")
        }
        if frameRate > 0, deliveredFrameRate / frameRate < 0.9 {
            remarks.append(
                "The camera sends fewer pictures than its clock says; its network or its processor "
                    + "does not keep up.")
        }
        return remarks
    }
}
