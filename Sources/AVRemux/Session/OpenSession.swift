internal import CFFmpeg
internal import Platform
internal import RTSP

/// A session that plays: the way from the camera's socket to its tracks.
///
/// Lives on the camera's thread, for the recorder and for `probe` alike.
struct OpenSession: ~Copyable {
    let feed: PacketFeed
    var demuxer: SDPDemuxer
    var video: VideoTrack
    let audio: AudioTrack?
    let audioVerdict: AudioVerdict
    let rtsp: SessionFacts

    /// How long everything up to the first packets may take.
    static let openTimeout = Duration.seconds(10)

    /// Connects, plays and finds out what the streams are.
    ///
    /// - Parameter strongest: the strongest way in which the camera has asked for the password, raised
    ///   by what is seen now; above Basic it does not go in clear text.
    static func open(
        _ settings: CameraSettings, strongest: inout AuthenticationScheme, clocks: any Clocks,
        cancellation: Cancellation
    ) throws(SessionEnd) -> OpenSession {
        var request = SessionRequest(
            url: settings.url, credentials: settings.credentials, hashes: .libavutil)
        request.transport = settings.transport
        request.media = settings.audio == .off ? [.video] : [.video, .audio]
        request.networkTimeout = settings.networkTimeout
        request.openTimeout = openTimeout
        request.secureChannel = TLSChannel.connect
        let feed: PacketFeed
        let rtsp: SessionFacts
        do throws(RTSPError) {
            var client = try RTSPClient.open(
                request, clocks: clocks, cancellation: cancellation, strongest: &strongest)
            do throws(RTSPError) {
                try client.play()
            } catch {
                strongest = max(strongest, client.close())
                throw error
            }
            rtsp = client.session
            feed = PacketFeed(
                client: client, clocks: clocks, stallTimeout: settings.stallTimeout)
        } catch {
            throw .failed(error)
        }
        do throws(SessionEnd) {
            return try OpenSession(settings, feed: feed, rtsp: rtsp)
        } catch {
            feed.close()
            strongest = max(strongest, feed.authentication)
            throw error
        }
    }

    private init(
        _ settings: CameraSettings, feed: PacketFeed, rtsp: SessionFacts
    ) throws(SessionEnd) {
        let demuxer = try SDPDemuxer.open(feed: feed, isReordering: settings.transport == .udp)
        guard let picture = demuxer.firstStream(AVMEDIA_TYPE_VIDEO) else {
            throw .failed(.noVideo)
        }
        let video = try VideoTrack.open(demuxer, streamIndex: picture)
        var audio: AudioTrack?
        var verdict = AudioVerdict.off
        if settings.audio != .off {
            verdict = .absent
            do {
                audio = try Self.openAudio(settings, demuxer)
                if let told = audio?.verdict { verdict = told }
            } catch {
                verdict = .dropped(error.reason)
            }
        }
        self.video = video
        self.audio = audio
        audioVerdict = verdict
        self.demuxer = demuxer
        self.feed = feed
        self.rtsp = rtsp
    }

    private static func openAudio(
        _ settings: CameraSettings, _ demuxer: borrowing SDPDemuxer
    ) throws(AudioRefusal) -> AudioTrack? {
        guard let index = demuxer.firstStream(AVMEDIA_TYPE_AUDIO) else { return nil }
        let parameters: StreamParameters
        do {
            parameters = try demuxer.parameters(ofStream: index)
        } catch {
            throw AudioRefusal(reason: "\(error)")
        }
        return try AudioTrack.open(
            parameters, streamIndex: index, timescale: demuxer.timescale(ofStream: index),
            policy: settings.audio, bitrate: settings.audioBitrate)
    }

    /// Tells the sound where it lies against the picture.
    func alignAudio(now: MonotonicTime) {
        guard let audio,
            let audioStart = feed.media[audio.streamIndex].firstArrival,
            let videoStart = feed.media[video.streamIndex].firstArrival
        else { return }
        let byReports = AudioAlignment.offset(
            video: feed.media[video.streamIndex],
            videoClock: demuxer.timescale(ofStream: video.streamIndex),
            audio: feed.media[audio.streamIndex],
            audioClock: audio.inputTimescale)
        audio.align(byArrival: audioStart - videoStart, byReports: byReports, now: now)
    }
}
