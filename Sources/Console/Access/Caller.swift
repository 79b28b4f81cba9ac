import HTTPTypes

/// Who asks.
enum Caller: Hashable, Sendable {
    /// Somebody who has not said who they are.
    case nobody
    /// The recorder's own user, through the Unix socket.
    case owner
    /// A person who logged in; `session` is the digest of the cookie's value.
    case user(name: String, rights: Rights, session: String)
    /// A program with a token.
    case token(name: String, rights: Rights)

    /// What the caller may do; nil is nothing but what is open to anybody.
    var rights: Rights? {
        switch self {
        case .nobody: nil
        case .owner: .everything
        case .user(_, let rights, _), .token(_, let rights): rights
        }
    }

    /// The caller's role; nil has none.
    var role: Role? { rights?.role }

    /// Throws 401 to a stranger and 403 to one who may not.
    func require(_ access: Access) throws(Problem) {
        guard case .role(let wanted) = access else { return }
        guard let role else {
            throw Problem(
                .unauthorized, "login.needed", "Log in first, or send a token.",
                headers: [.wwwAuthenticate: "Bearer"])
        }
        guard role >= wanted else {
            throw Problem(
                .forbidden, "role.needed", "This needs the role \(wanted.rawValue).")
        }
    }
}
