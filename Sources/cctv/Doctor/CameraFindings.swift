import AVRemux
import RTSP

/// What was measured of a camera; each nil if it could not be.
struct CameraFacts: Sendable {
    /// The recorder's way: TCP, or what the settings say.
    var report: ProbeReport
    /// The same over UDP for a while, or why that does not work.
    var udp: Result<ProbeReport, SessionEnd>?
    /// Sessions that it gave at once.
    var sessions: SessionCount?
    /// Whether a recorder holds another session meanwhile.
    var isRecorded = false
}

/// What the facts of a camera mean; pure.
enum CameraFindings {
    /// Longer than this a clip is late by more than people expect, and seeking is slow.
    private static let longKeyFrameInterval = 4.0

    static func all(_ facts: CameraFacts) -> [Finding] {
        let report = facts.report
        let maker = Maker(server: report.server)
        var findings = [
            Finding(
                .good, "video",
                "\(report.video.text), \(decimal(report.bitrate / 1000, places: 0)) kbit/s"),
            keyFrames(report, maker), frameRate(report), loss(report, "tcp"),
        ]
        if let udp = facts.udp { findings.append(overUDP(udp, tcp: report)) }
        findings += [audio(report), clock(report.clock, maker)]
        if report.timeRepairs > 0 {
            findings.append(
                Finding(
                    .note, "time-stamps",
                    "\(report.timeRepairs) of \(report.frames) time stamps had to be repaired"))
        }
        if let sessions = facts.sessions {
            findings.append(self.sessions(sessions, isRecorded: facts.isRecorded))
        }
        if report.authentication == .basic {
            findings.append(
                Finding(
                    .note, "login", "the password goes over the network in clear text (Basic)",
                    advice: "switch the camera's RTSP authentication to Digest, or use rtsps"))
        }
        return findings
    }

    private static func keyFrames(_ report: ProbeReport, _ maker: Maker) -> Finding {
        guard let mean = report.keyFrameInterval, let longest = report.longestKeyFrameInterval,
            let shortest = report.shortestKeyFrameInterval
        else {
            return Finding(
                .bad, "key-frames",
                "fewer than two key frames came: clips cannot roll and seeking is coarse",
                advice: maker.smartCodec)
        }
        let text = "a key frame every \(decimal(mean, places: 1)) s"
        if longest > 2 * max(shortest, 0.04), longest > longKeyFrameInterval {
            return Finding(
                .bad, "key-frames",
                "\(text), from \(decimal(shortest, places: 1)) to \(decimal(longest, places: 1)) s: a "
                    + "smart codec is on, and clips cannot roll for \(decimal(longest, places: 1)) s",
                advice: maker.smartCodec)
        }
        if longest > longKeyFrameInterval {
            return Finding(
                .note, "key-frames", "\(text): clips end up to that much late",
                advice: maker.keyFrameInterval)
        }
        return Finding(.good, "key-frames", text)
    }

    private static func frameRate(_ report: ProbeReport) -> Finding {
        let own = decimal(report.frameRate, places: 1)
        let delivered = decimal(report.deliveredFrameRate, places: 1)
        let difference = report.deliveredFrameRate / max(report.frameRate, 0.001) - 1
        guard abs(difference) > 0.05 else {
            return Finding(.good, "frame-rate", "\(own) pictures a second, as its time stamps say")
        }
        return Finding(
            .bad, "frame-rate",
            "its time stamps say \(own) pictures a second, \(delivered) come: a minute of it plays in "
                + "\(Int((60 * (1 + difference)).rounded())) s",
            advice: "set a frame rate that the camera manages at this size, also at night "
                + "(exposure time)")
    }

    private static func loss(_ report: ProbeReport, _ transport: String) -> Finding {
        guard report.lostPackets > 0 else {
            return Finding(
                .good, "loss-\(transport)", "no packet lost over \(transport.uppercased())")
        }
        let advice =
            transport == "tcp"
            ? "the camera throws packets away because it cannot send them: lower its bit rate, use a "
                + "cable, end other viewers"
            : "keep RTSP_TRANSPORT at tcp"
        return Finding(
            .bad, "loss-\(transport)",
            "\(report.lostPackets) packets lost over \(transport.uppercased()) in \(report.frames) "
                + "pictures", advice: advice)
    }

    private static func overUDP(
        _ udp: Result<ProbeReport, SessionEnd>, tcp: ProbeReport
    ) -> Finding {
        switch udp {
        case .success(let report):
            let finding = loss(report, "udp")
            return finding.level == .bad
                ? Finding(.note, finding.code, finding.text, advice: finding.advice) : finding
        case .failure(let end):
            return Finding(.note, "loss-udp", "UDP does not work: \(end)", advice: "stay with TCP")
        }
    }

    private static func audio(_ report: ProbeReport) -> Finding {
        if case .dropped = report.audio {
            return Finding(
                .note, "sound", "sound: \(report.audio.text)",
                advice: "choose AAC or G.711 in the camera's audio settings")
        }
        return Finding(.good, "sound", "sound: \(report.audio.text)")
    }

    private static func clock(_ clock: CameraClock?, _ maker: Maker) -> Finding {
        guard let clock else {
            return Finding(.note, "clock", "its clock is unknown: it sent no RTCP sender report")
        }
        var text = "its clock is \(seconds(clock.offset)) ours"
        if let drift = clock.drift, let uncertainty = clock.uncertainty {
            text =
                drift.magnitude > 2 * uncertainty
                ? "\(text), and gains \(decimal(drift * 86_400, places: 0)) s a day"
                : "\(text), steady as far as \(decimal(uncertainty * 1e6, places: 0)) ppm can be seen"
        }
        let isOff = clock.offset.magnitude > 2
        return Finding(isOff ? .note : .good, "clock", text, advice: isOff ? maker.clock : "")
    }

    private static func seconds(_ offset: Double) -> String {
        if offset.magnitude < 0.2 { return "the same as" }
        let size =
            offset.magnitude > 86_400
            ? "\(decimal(offset.magnitude / 86_400, places: 1)) days"
            : "\(decimal(offset.magnitude, places: 1)) s"
        return offset > 0 ? "\(size) ahead of" : "\(size) behind"
    }

    private static func sessions(_ count: SessionCount, isRecorded: Bool) -> Finding {
        let own = isRecorded ? " beside the recorder's" : ""
        guard let refusal = count.refusal else {
            return Finding(
                .good, "sessions", "it gives at least \(count.opened) sessions at once\(own)")
        }
        return Finding(
            count.opened + (isRecorded ? 1 : 0) < 2 ? .note : .good, "sessions",
            "it gives \(count.opened) sessions at once\(own), then: \(refusal)",
            advice: "count the recorder, each viewer and each app against that")
    }
}
