import Glibc
import Platform
import Synchronization

/// The token with which the first password is set: one use, fifteen minutes.
final class SetupToken: Sendable {
    /// How long a token holds.
    static let lifetime = Duration.seconds(900)

    private let path: String
    private let clocks: any Clocks
    private let state = Mutex<(digest: String, end: MonotonicTime)?>(nil)

    init(folder: String, clocks: any Clocks) {
        path = folder + "/setup-token"
        self.clocks = clocks
    }

    /// Makes a new token and writes it to the file `setup-token`; the one before holds no longer.
    func renew() throws(SystemError) -> String {
        let token = Secret.make()
        try StateFile.replace(path, with: Array((token + "\n").utf8))
        state.withLock { $0 = (Secret.digest(token), clocks.monotonic + Self.lifetime) }
        return token
    }

    /// Uses a token up; returns whether it was the right one and in time.
    func use(_ token: String) -> Bool {
        let isRight = state.withLock { state in
            guard let current = state, clocks.monotonic < current.end,
                Secret.isSame(current.digest, Secret.digest(token))
            else { return false }
            state = nil
            return true
        }
        if isRight { unlink(path) }
        return isRight
    }
}
