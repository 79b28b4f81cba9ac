import AVRemux
import RTSP

/// What is wrong with a camera or with the way to it.
enum SimulatedTrouble: CaseIterable {
    /// Nothing arrives there, and what was open falls silent.
    case unreachable, connectTimesOut
    /// The camera takes bytes and says nothing.
    case silent
    /// It ends connections, in an orderly way or not.
    case closes, resets
    /// It answers, and says no; what was playing ends because it starts anew.
    case wrongPassword, busy, missing, elsewhere, cleartext
    /// What it sends is not RTSP.
    case foreign

    /// What becomes of the session that plays when the trouble begins.
    var isSilence: Bool { [.unreachable, .connectTimesOut, .silent].contains(self) }

    /// Whether a session that could not be opened had to end like this.
    func explains(opening end: SessionEnd) -> Bool {
        switch self {
        case .unreachable: end == .failed(.unreachable(host: "camera"))
        case .connectTimesOut: end == .failed(.connectTimedOut(host: "camera", port: 322))
        case .silent: end == .failed(.timedOut(phase: .open))
        case .closes: end == .failed(.closed)
        case .resets: end == .failed(.reset)
        case .wrongPassword: end == .failed(.unauthorized(hadCredentials: true))
        case .busy: end == .failed(.tooManySessions)
        case .missing: end == .failed(.notFound)
        case .elsewhere: end == .failed(.redirectedElsewhere(host: "elsewhere"))
        case .cleartext: end == .failed(.basicRefused)
        case .foreign: end == .failed(.notRTSP)
        }
    }

    /// Whether a session that played had to end like this.
    func explains(playing end: SessionEnd) -> Bool {
        switch self {
        case _ where isSilence: end == .stalled(SimulatedSession.stallTimeout)
        case .resets: end == .failed(.reset)
        case .foreign:
            end == .failed(.malformed(what: "packets out of step on the connection"))
        default: end == .failed(.closed)
        }
    }
}
