import Platform
import RTSP
import TestSupport

/// A camera as RTSP shows it: what it answers, whom it believes, and which session it keeps.
final class SimulatedDevice {
    /// A session that the camera holds for a client.
    struct Session {
        let name: String
        /// How long it is kept without a request.
        let patience: Duration
        var heard: MonotonicTime
        var isPlaying = false
    }

    var trouble: SimulatedTrouble?
    private(set) var session: Session?
    var random: SeededGenerator
    /// What the client did that no client should.
    var complaints: [String] = []
    /// Whether the client has told its password by Digest, and must not fall back to clear text.
    private var hasSpokenDigest = false
    private var nonce = 0
    /// Whether the present connection has been told that its password is wrong.
    private var hasRefused = false

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// The recorder is another process from now on, which remembers nothing.
    func meetNewClient() { hasSpokenDigest = false }

    /// A client has connected; what an earlier one left behind is forgotten.
    func connect() {
        hasRefused = false
        session = nil
    }

    /// Notes the time; a session that nobody kept alive is over.
    ///
    /// - Returns: whether one was forgotten.
    func isForgotten(at now: MonotonicTime) -> Bool {
        guard let session, session.isPlaying, now - session.heard > session.patience else {
            return false
        }
        self.session = nil
        return true
    }

    /// Returns the answer to a request.
    func answer(_ request: RTSPRequest, at now: MonotonicTime) -> RTSPResponse {
        session?.heard = now
        if request.method == "OPTIONS" {
            var response = RTSPResponse(to: request, status: 200)
            response.headers["Public"] = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"
            return response
        }
        guard believes(request) else { return challenge(request, isStale: false) }
        switch request.method {
        case "DESCRIBE": return describe(request)
        case "SETUP": return setUp(request, at: now)
        case "PLAY": session?.isPlaying = true
        case "TEARDOWN": session = nil
        // One-time values grow old.
        case "GET_PARAMETER" where Int.random(in: 0..<50, using: &random) == 0:
            return challenge(request, isStale: true)
        default: break
        }
        return RTSPResponse(to: request, status: 200)
    }

    private func describe(_ request: RTSPRequest) -> RTSPResponse {
        if trouble == .missing { return RTSPResponse(to: request, status: 404) }
        var response = RTSPResponse(to: request, status: trouble == .elsewhere ? 302 : 200)
        if trouble == .elsewhere { response.headers["Location"] = "rtsps://elsewhere/live" }
        response.body = Array(CameraDescription.video.utf8)
        return response
    }

    private func setUp(_ request: RTSPRequest, at now: MonotonicTime) -> RTSPResponse {
        if trouble == .busy { return RTSPResponse(to: request, status: 453) }
        let made = Session(
            name: String(random.next(), radix: 36),
            patience: .seconds(Int.random(in: 60...180, using: &random)), heard: now)
        session = made
        var response = RTSPResponse(to: request, status: 200)
        response.headers["Session"] = "\(made.name);timeout=\(made.patience.components.seconds)"
        response.headers["Transport"] = request.headers["Transport"] ?? ""
        return response
    }

    private func believes(_ request: RTSPRequest) -> Bool {
        guard let word = request.headers["Authorization"] else { return false }
        if word.hasPrefix("Basic") {
            if hasSpokenDigest { complaints.append("the password came in clear text") }
            return trouble == .cleartext
        }
        if trouble == .wrongPassword {
            complaints += hasRefused ? ["a wrong password came twice in one session"] : []
            hasRefused = true
            return false
        }
        hasSpokenDigest = true
        return word.contains("nonce=\"n\(nonce)\"")
    }

    private func challenge(_ request: RTSPRequest, isStale: Bool) -> RTSPResponse {
        nonce += 1
        var response = RTSPResponse(to: request, status: 401)
        response.headers["WWW-Authenticate"] =
            trouble == .cleartext
            ? "Basic realm=\"camera\""
            : Challenge(realm: "camera", nonce: "n\(nonce)", isStale: isStale).headerValue
        return response
    }
}
