import HTTPTypes

/// What a person or a program may do; each role may do what those before it may.
public enum Role: String, Codable, CaseIterable, Comparable, Sendable {
    /// Sees pictures, recordings and the state.
    case viewer
    /// Starts and stops recording, exports, protects, reads the log.
    case `operator`
    /// Changes settings, cameras, accounts.
    case admin

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .admin: 2
        }
    }

    /// Orders roles by what they may do.
    public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
}

/// Who asks.
enum Caller: Hashable, Sendable {
    /// Somebody who has not said who they are.
    case nobody
    /// The recorder's own user, through the Unix socket.
    case owner

    /// What the caller may do; nil is nothing but what is open to anybody.
    var role: Role? {
        switch self {
        case .nobody: nil
        case .owner: .admin
        }
    }

    /// Throws 401 to a stranger and 403 to one who may not.
    func require(_ access: Access) throws(Problem) {
        guard case .role(let wanted) = access else { return }
        guard let role else {
            throw Problem(.unauthorized, "login.needed", "Log in first.")
        }
        guard role >= wanted else {
            throw Problem(
                .forbidden, "role.needed", "This needs the role \(wanted.rawValue).")
        }
    }
}
