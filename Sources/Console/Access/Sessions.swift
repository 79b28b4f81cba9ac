import Platform
import Synchronization

/// Who is logged in; a restart of the recorder ends every session.
final class Sessions: Sendable {
    /// A session that is not used for so long ends.
    static let idle = Duration.seconds(12 * 3600)
    /// No session lasts longer.
    static let longest = Duration.seconds(30 * 86_400)
    /// With more the one that was not used for the longest time ends.
    static let greatestCount = 1000

    private struct Session {
        var user: String
        var begun: MonotonicTime
        var used: MonotonicTime

        func hasEnded(at now: MonotonicTime) -> Bool {
            now - used > Sessions.idle || now - begun > Sessions.longest
        }
    }

    private let clocks: any Clocks
    private let sessions = Mutex<[String: Session]>([:])

    init(clocks: any Clocks) { self.clocks = clocks }

    /// Begins a session and returns the cookie's value.
    func begin(user: String) -> String {
        let value = Secret.make()
        let now = clocks.monotonic
        sessions.withLock { sessions in
            sessions = sessions.filter { !$0.value.hasEnded(at: now) }
            if sessions.count >= Self.greatestCount,
                let oldest = sessions.min(by: { $0.value.used < $1.value.used })
            {
                sessions[oldest.key] = nil
            }
            sessions[Secret.digest(value)] = Session(user: user, begun: now, used: now)
        }
        return value
    }

    /// Returns the user of a session, by the digest of the cookie's value, and counts it as used.
    func user(of digest: String) -> String? {
        let now = clocks.monotonic
        return sessions.withLock { sessions in
            guard let session = sessions[digest] else { return nil }
            guard !session.hasEnded(at: now) else {
                sessions[digest] = nil
                return nil
            }
            sessions[digest]?.used = now
            return session.user
        }
    }

    /// Ends one session.
    func end(_ digest: String) { sessions.withLock { $0[digest] = nil } }

    /// Ends every session of a user.
    func endAll(of user: String) {
        sessions.withLock { $0 = $0.filter { $0.value.user != user } }
    }
}
