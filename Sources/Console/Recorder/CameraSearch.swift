/// A camera to look at before it is added.
public struct ProbeRequest: Codable, Hashable, Sendable {
    /// Its address; nil with `camera` set.
    public var url: String?
    /// The user name.
    public var username: String?
    /// The password.
    public var password: String?
    /// A configured camera whose address, user and password are used where the request has none.
    public var camera: String?
    /// For how many seconds frames are counted, 1 to 60; 4 if nil.
    public var seconds: Int?

    /// Puts the facts together.
    public init(
        url: String? = nil, username: String? = nil, password: String? = nil, camera: String? = nil,
        seconds: Int? = nil
    ) {
        self.url = url
        self.username = username
        self.password = password
        self.camera = camera
        self.seconds = seconds
    }
}

/// What a camera was seen to send.
public struct ProbeRecord: Codable, Hashable, Sendable {
    /// The video stream.
    public var video: CameraReport.VideoRecord
    /// Frames per second by the camera's clock.
    public var frameRate: Double
    /// Frames per second by ours.
    public var deliveredFrameRate: Double
    /// Bits per second of video.
    public var bitrate: Double
    /// Seconds from one key frame to the next, mean; nil if fewer than two came.
    public var keyFrameSeconds: Double?
    /// The longest of them.
    public var longestKeyFrameSeconds: Double?
    /// What becomes of the sound, in a sentence.
    public var audio: String
    /// RTP packets lost.
    public var lostPackets: Int
    /// From the first byte sent to the first key frame.
    public var firstPictureSeconds: Double
    /// The `Server` header of the camera; empty if it sent none.
    public var server: String
    /// A JPEG of the first key frame in base 64; nil if it could not be decoded.
    public var picture: String?
    /// What a person should know: H.265 in browsers, a long key-frame interval, loss.
    public var remarks: [String]

    /// Puts the facts together.
    public init(
        video: CameraReport.VideoRecord, frameRate: Double, deliveredFrameRate: Double,
        bitrate: Double, keyFrameSeconds: Double? = nil, longestKeyFrameSeconds: Double? = nil,
        audio: String, lostPackets: Int, firstPictureSeconds: Double, server: String,
        picture: String? = nil, remarks: [String]
    ) {
        self.video = video
        self.frameRate = frameRate
        self.deliveredFrameRate = deliveredFrameRate
        self.bitrate = bitrate
        self.keyFrameSeconds = keyFrameSeconds
        self.longestKeyFrameSeconds = longestKeyFrameSeconds
        self.audio = audio
        self.lostPackets = lostPackets
        self.firstPictureSeconds = firstPictureSeconds
        self.server = server
        self.picture = picture
        self.remarks = remarks
    }
}

/// A camera that answered on the network.
public struct DiscoveredCamera: Codable, Hashable, Sendable {
    /// The address it answered from.
    public var host: String
    /// What it calls itself; empty if it does not.
    public var name: String
    /// The maker's name for the model; empty if unknown.
    public var hardware: String
    /// Its ONVIF service address.
    public var service: String
    /// Whether a configured camera has this host.
    public var known: Bool

    /// Puts the facts together.
    public init(host: String, name: String, hardware: String, service: String, known: Bool) {
        self.host = host
        self.name = name
        self.hardware = hardware
        self.service = service
        self.known = known
    }
}
