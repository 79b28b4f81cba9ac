public import Platform

/// Why a session with a camera could not be opened or has ended.
///
/// The cases are the reasons a person or a reconnect policy has to tell apart. No case carries a
/// password, and nothing in a case is longer than a line.
public enum RTSPError: Error, Equatable, Sendable {
    /// What was being waited for when a deadline passed.
    public enum Phase: String, Sendable {
        /// Name resolution.
        case resolve = "the name server"
        /// The connection to the camera, TLS included.
        case connect = "the connection"
        /// The answers from OPTIONS to PLAY.
        case open = "the camera's answers"
        /// A request that the camera took no bytes of.
        case send = "the camera to take a request"
        /// The next packet.
        case packet = "the next packet"
    }

    /// The host's name means nothing to the name server, and no earlier address is known.
    case unresolved(host: String)
    /// No way leads to the host: its network is down or it is switched off.
    case unreachable(host: String)
    /// The host is there, but nothing listens on the port.
    case refused(host: String, port: UInt16)
    /// The host did not answer the connection attempt.
    case connectTimedOut(host: String, port: UInt16)
    /// Something answered that is not RTSP.
    case notRTSP
    /// 401: without credentials, or with credentials that were not accepted.
    case unauthorized(hadCredentials: Bool)
    /// 403.
    case forbidden
    /// 404 or 410: the path names no stream.
    case notFound
    /// 461: the camera does not speak the transport asked for.
    case transportRefused
    /// 453: the camera has given away all its connections or bandwidth.
    case tooManySessions
    /// 503, or 500 to 599 while the camera starts.
    case unavailable(status: Int)
    /// Any other status that ends the session.
    case status(code: Int, reason: String)
    /// The camera sent us to another host, port or scheme; we did not go.
    case redirectedElsewhere(host: String)
    /// The camera kept sending us around.
    case redirectLoop
    /// A deadline passed.
    case timedOut(phase: Phase)
    /// The camera ended the session in an orderly way: FIN, BYE or a notice.
    case closed
    /// The connection was reset.
    case reset
    /// The camera's bytes make no sense, or exceed a limit.
    case malformed(what: String)
    /// The camera describes no video that we know how to ask for.
    case noVideo
    /// The camera asked for the password in clear text, which the request forbids.
    case basicRefused
    /// `Cancellation.cancel()` was called.
    case cancelled
    /// A call of the system failed for another reason.
    case system(SystemError)
}

extension RTSPError: CustomStringConvertible {
    /// A sentence for a person: what is wrong, and what to do about it.
    public var description: String {
        switch self {
        case .unresolved(let host):
            "the name \(host) is unknown: check its spelling, or use the camera's address"
        case .unreachable(let host):
            "\(host) cannot be reached: check that the camera is on and its network cable is in"
        case .refused(let host, let port):
            "\(host) refuses connections to port \(port): check the port,"
                + " and that RTSP is enabled in the camera"
        case .connectTimedOut(let host, let port):
            "\(host) does not answer on port \(port): check that the camera is on,"
                + " its address, and the firewall between"
        case .notRTSP:
            "what answers is not an RTSP server: check the port (most cameras use 554)"
        case .unauthorized(hadCredentials: true):
            "the camera refused the password: check user name and password"
                + " (some cameras answer so when all their connections are in use)"
        case .unauthorized(hadCredentials: false):
            "the camera wants a user name and a password: add them to the camera's settings"
        case .forbidden:
            "the camera forbids this user the stream: check the user's rights in the camera"
        case .notFound:
            "the camera knows no stream at this path: check the part of the URL after the host"
        case .transportRefused:
            "the camera does not offer this transport: choose tcp instead of udp, or udp"
        case .tooManySessions:
            "the camera has no connection left: close other viewers, or raise its limit"
        case .unavailable(let status):
            "the camera cannot serve the stream now (status \(status)): it may be starting"
        case .status(let code, let reason):
            "the camera answered \(code) \(reason): check its URL and its settings"
        case .redirectedElsewhere(let host):
            "the camera sends us to \(host), where we do not go with its password:"
                + " if that is right, use that address in the settings"
        case .redirectLoop:
            "the camera redirects again and again: check the path of its URL"
        case .timedOut(let phase):
            "waited too long for \(phase.rawValue): check the camera's load and its network"
        case .closed:
            "the camera ended the session: it may be restarting or out of connections"
        case .reset:
            "the connection broke off: the camera may be restarting"
        case .malformed(let what):
            "the camera sent what cannot be understood (\(what)): look for newer firmware"
        case .noVideo:
            "the camera describes no video here: check the path of its URL"
        case .basicRefused:
            "the camera asks for the password in clear text, which it did not do before:"
                + " make sure that it is the camera; then allow Basic for it"
        case .cancelled:
            "stopped on request"
        case .system(let error):
            error.description
        }
    }
}
