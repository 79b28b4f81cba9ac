public import Platform
public import RTSP

extension FakeCameraServer {
    /// What a fake camera serves, whom it lets in, and how it misbehaves.
    public struct Configuration: Sendable {
        /// What is played, by the path of its URL (`/main`); the leading slash may be left out.
        public var mounts: [String: Media]
        /// The name and password that are asked for; `nil` lets everybody in.
        public var credentials: Credentials?
        /// How the password is asked for.
        public var authentication: AuthenticationScheme
        /// How the camera misbehaves; `nil` is a good camera.
        public var fault: FaultPlan?
        /// The TCP port on 127.0.0.1; 0 takes a free one.
        public var port: UInt16
        /// Where in the media a session starts.
        public var start: StartPosition
        /// How fast time passes: 1 is real time, 10 sends ten seconds of media per second.
        public var speed: Double
        /// Frames are sent up to this much late, evenly spread; timestamps are not touched.
        public var jitter: Duration
        /// The session timeout that SETUP announces; a session without requests is not ended.
        public var sessionTimeout: Duration
        /// The time between two RTCP sender reports of a stream.
        public var senderReportInterval: Duration
        /// Seeds what is random (SSRC, first sequence number, losses), so that a run can repeat.
        public var seed: UInt64

        /// A good camera without a password that plays `mounts` in real time from a key frame.
        public init(mounts: [String: Media]) {
            self.mounts = mounts
            credentials = nil
            authentication = .digestMD5
            fault = nil
            port = 0
            start = .keyFrame
            speed = 1
            jitter = .zero
            sessionTimeout = .seconds(60)
            senderReportInterval = .seconds(5)
            seed = 1
        }
    }

    /// Where in its media a session starts.
    public enum StartPosition: Sendable {
        /// At the first key frame, as cameras do that make one when somebody joins.
        case keyFrame
        /// In the middle of the first GOP, as cameras do that do not.
        case midGOP
    }

    /// One request as it came in and how it was answered.
    public struct Request: Sendable {
        /// `OPTIONS`, `DESCRIBE` and so on.
        public let method: String
        /// The URL of the request line.
        public let url: String
        /// The header lines in their order; of `Authorization` only its scheme is kept.
        public let headers: HeaderFields
        /// Whether credentials came with it.
        public let hasAuthorization: Bool
        /// The status of the answer; 0 when there was none.
        public let status: Int
        /// When it was answered.
        public let time: MonotonicTime
        /// The number of the TCP connection, counted from 1.
        public let connection: Int
    }
}
