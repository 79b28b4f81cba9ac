import Glibc
import HTTPTypes
import Platform
import Synchronization

/// Everything that decides who may do what.
final class AccessControl: Sendable {
    let accounts: Accounts
    let sessions: Sessions
    let setup: SetupToken
    let clocks: any Clocks
    /// Whose word for a request's origin is believed.
    let proxies: [AddressRange]
    /// The names under which the console answers, besides `localhost` and every address.
    let names: Set<String>
    /// Says something in the log.
    let note: @Sendable (ConsoleNote) -> Void
    private let tries = Mutex(LoginGuard())

    /// Reads the accounts.
    init(
        _ configuration: ConsoleConfiguration, clocks: any Clocks,
        note: @escaping @Sendable (ConsoleNote) -> Void
    ) {
        accounts = Accounts(folder: configuration.stateFolder)
        sessions = Sessions(folder: configuration.stateFolder, clocks: clocks, note: note)
        setup = SetupToken(folder: configuration.stateFolder, clocks: clocks)
        proxies = configuration.trustedProxies
        names = Set(configuration.hostNames.map { $0.lowercased() } + Self.ownNames())
        self.clocks = clocks
        self.note = note
    }

    /// Whether nobody has set a password yet.
    var needsSetup: Bool { accounts.failure == nil && accounts.current.users.isEmpty }

    /// Returns who asks, by token or cookie.
    ///
    /// - Throws: `Problem` 401 for a token that is not or no longer valid.
    func caller(
        _ fields: HTTPFields, isSecure: Bool, isUse: Bool = true
    ) throws(Problem) -> Caller {
        if let field = fields[.authorization] {
            let parts = field.split(separator: " ", maxSplits: 1)
            let digest = Secret.digest(parts.count == 2 ? String(parts[1]) : "")
            let token = accounts.current.tokens.first { Secret.isSame($0.digest, digest) }
            guard parts.first?.lowercased() == "bearer", let token else {
                throw Problem(
                    .unauthorized, "token.unknown", "This token is not valid.",
                    headers: [.wwwAuthenticate: "Bearer"])
            }
            return .token(name: token.name, rights: token.rights)
        }
        guard let value = SessionCookie.value(in: fields, isSecure: isSecure) else {
            return .nobody
        }
        let digest = Secret.digest(value)
        // The rights are the account's of now, not those of the login.
        guard let session = sessions.find(digest, isUse: isUse),
            let user = accounts.current.user(session.user),
            Secret.isSame(session.mark, user.mark)
        else { return .nobody }
        return .user(name: user.name, rights: user.rights, session: digest)
    }

    /// Checks a password; the right one ends the pauses.
    ///
    /// - Returns: the account as it was when the password was its own.
    /// - Throws: `Problem` 401 without saying whether the user exists, 429 if it is too early.
    @discardableResult
    func check(
        _ password: String, of name: String, from peer: ConsoleContext.Peer
    ) async throws -> AccountBook.User {
        let address =
            switch peer {
            case .owner: "socket"
            case .network(let address, _): address
            }
        let pause = tries.withLock {
            $0.begin(user: name, address: address, at: clocks.monotonic)
        }
        if let pause {
            let seconds = Int(pause.seconds.rounded(.up))
            throw Problem(
                .tooManyRequests, "login.pause",
                "Too many wrong passwords; try again in \(seconds) s.",
                headers: [.retryAfter: String(seconds)])
        }
        let user = accounts.current.user(name)
        guard try await PasswordHash.verify(password, user?.password), let user else {
            // Once per series: whoever guesses is not to fill the log.
            let count = tries.withLock { $0.count(user: name, address: address) }
            if count == LoginGuard.freeTries {
                note(
                    ConsoleNote(
                        .refused, isWarning: true,
                        "\(count) wrong passwords from \(address); further ones are delayed"))
            }
            throw Problem(.unauthorized, "login.wrong", "User or password is wrong.")
        }
        tries.withLock { $0.succeed(user: name, address: address) }
        return user
    }

    /// What this machine calls itself, alone and as multicast DNS has it.
    private static func ownNames() -> [String] {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return [] }
        let name = String(
            decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self
        ).lowercased()
        let short = String(name.prefix { $0 != "." })
        return [name, short, short + ".local"]
    }
}
