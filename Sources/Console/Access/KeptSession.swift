import FoundationEssentials
import Platform

/// A session as it stands in the file.
///
/// Nothing in it opens anything: a cookie is not found from its SHA-256, nor a password from its mark.
struct KeptSession: Codable, Hashable, Sendable {
    /// The SHA-256 of the cookie's value.
    var digest: String
    var user: String
    var mark: String
    var begun: Timestamp
    var used: Timestamp

    /// Reads a file, which nobody but its owner may read.
    static func read(_ path: String, at now: Instant) throws -> [String: Sessions.Session] {
        let bytes = try StateFile.readPrivate(path)
        let kept = try JSONDecoder().decode([KeptSession].self, from: Data(bytes))
        let sessions = kept.map { ($0.digest, $0.session(at: now)) }
        return Dictionary(sessions, uniquingKeysWith: { first, _ in first })
            .filter { !$0.value.hasEnded(at: now.monotonic) }
    }

    /// Replaces a file.
    static func write(
        _ sessions: [String: Sessions.Session], to path: String, at now: Instant
    ) throws {
        let kept = sessions.sorted { $0.key < $1.key }.map { digest, session in
            KeptSession(
                digest: digest, user: session.user, mark: session.mark,
                begun: Timestamp(now.wall + (session.begun - now.monotonic)),
                used: Timestamp(now.wall + (session.used - now.monotonic)))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try StateFile.replace(path, with: Array(encoder.encode(kept)))
    }

    /// The session on this run's clock; what a clock that was set back calls the future is now.
    private func session(at now: Instant) -> Sessions.Session {
        func past(_ time: Timestamp) -> MonotonicTime {
            now.monotonic + min(.zero, time.wall - now.wall)
        }
        return Sessions.Session(user: user, mark: mark, begun: past(begun), used: past(used))
    }
}
