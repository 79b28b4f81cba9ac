import FoundationEssentials
import Glibc
import NIOPosix
import Platform
import Synchronization

/// Who is logged in: in memory, and in a file that opens nothing to whoever reads it, so that a restart
/// of the recorder logs nobody out.
final class Sessions: Sendable {
    /// A session that is not used for so long ends.
    static let idle = Duration.seconds(12 * 3600)
    /// No session lasts longer.
    static let longest = Duration.seconds(30 * 86_400)
    /// With more the one that was not used for the longest time ends.
    static let greatestCount = 1000
    /// How far the file's word for a session's last use may lie behind.
    static let saveAfter = Duration.seconds(900)

    /// A session; it is found by the SHA-256 of its cookie's value, and nobody keeps that value.
    struct Session: Hashable, Sendable {
        var user: String
        /// The account's `mark` at the login: with another password it is no session any more.
        var mark: String
        /// After a restart both may lie before the machine's start.
        var begun: MonotonicTime
        var used: MonotonicTime

        func hasEnded(at now: MonotonicTime) -> Bool {
            now - used > Sessions.idle || now - begun > Sessions.longest
        }
    }

    private struct State {
        var sessions: [String: Session] = [:]
        var saved: MonotonicTime
    }

    private let path: String
    private let clocks: any Clocks
    private let note: @Sendable (ConsoleNote) -> Void
    private let state: Mutex<State>

    /// Reads the sessions of a folder; what cannot be read, or others can read, is none.
    init(
        folder: String, clocks: any Clocks, note: @escaping @Sendable (ConsoleNote) -> Void
    ) {
        path = folder + "/sessions.json"
        self.clocks = clocks
        self.note = note
        var state = State(saved: clocks.monotonic)
        do {
            state.sessions = try KeptSession.read(path, at: Instant(clocks))
        } catch let error as SystemError where error.code == ENOENT {
            // Nobody has logged in yet.
        } catch {
            note(
                ConsoleNote(
                    .failed, isWarning: true, "Everybody has to log in again: \(path): \(error)"))
        }
        self.state = Mutex(state)
    }

    /// Begins a session in the place of another, and returns the cookie's value.
    func begin(_ user: AccountBook.User, replacing old: String?) async -> String {
        let value = Secret.make()
        let now = clocks.monotonic
        let session = Session(user: user.name, mark: user.mark, begun: now, used: now)
        state.withLock { state in
            if let old { state.sessions[old] = nil }
            state.sessions = state.sessions.filter { !$0.value.hasEnded(at: now) }
            if state.sessions.count >= Self.greatestCount,
                let oldest = state.sessions.min(by: { $0.value.used < $1.value.used })
            {
                state.sessions[oldest.key] = nil
            }
            state.sessions[Secret.digest(value)] = session
        }
        await keep()
        return value
    }

    /// Returns a session by the digest of its cookie's value.
    ///
    /// - Parameter isUse: whether somebody asks for something, which keeps the session from ending.
    func find(_ digest: String, isUse: Bool = true) -> Session? {
        let now = clocks.monotonic
        let (session, isOld) = state.withLock { state -> (Session?, Bool) in
            guard let session = state.sessions[digest] else { return (nil, false) }
            guard !session.hasEnded(at: now) else {
                state.sessions[digest] = nil
                return (nil, false)
            }
            guard isUse else { return (session, false) }
            state.sessions[digest]?.used = now
            guard now - state.saved >= Self.saveAfter else { return (session, false) }
            state.saved = now
            return (session, true)
        }
        if isOld { PasswordHash.thread.submit { [self] _ in save() } }
        return session
    }

    /// Ends a session, for good when it returns.
    func end(_ digest: String) async {
        state.withLock { $0.sessions[digest] = nil }
        await keep()
    }

    /// Saves, and waits for it; an answer that tells of a login or logout comes after.
    private func keep() async { try? await PasswordHash.thread.runIfActive { self.save() } }

    /// Called on the thread that saves, which does one after the other.
    private func save() {
        let now = Instant(clocks)
        let sessions = state.withLock { state in
            state.saved = now.monotonic
            return state.sessions
        }
        do {
            try KeptSession.write(sessions, to: path, at: now)
        } catch {
            // A session that has ended must not come back: better none are kept.
            unlink(path)
            note(
                ConsoleNote(
                    .failed, isWarning: true,
                    "Sessions cannot be kept, a restart logs everybody out: \(error)"))
        }
    }
}
