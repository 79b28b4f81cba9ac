import HTTPTypes

/// The people and programs that may use a console, as they are kept.
struct AccountBook: Codable, Hashable, Sendable {
    /// A person.
    struct User: Codable, Hashable, Sendable {
        var name: String
        var role: Role
        /// The only cameras that the person sees; nil for all.
        var cameras: [String]?
        /// The password's yescrypt hash.
        var password: String

        var rights: Rights { Rights(role: role, cameras: cameras.map(Set.init)) }
        /// Changes with the password, and tells nothing of it.
        var mark: String { Secret.digest(password) }
    }

    /// A program's way in.
    struct Token: Codable, Hashable, Sendable {
        /// By which it is revoked; no secret.
        var id: String
        /// What it is for.
        var name: String
        var role: Role
        /// The only cameras that the program sees; nil for all.
        var cameras: [String]?
        /// The token's SHA-256.
        var digest: String
        var created: Timestamp

        var rights: Rights { Rights(role: role, cameras: cameras.map(Set.init)) }
    }

    var users: [User] = []
    var tokens: [Token] = []

    /// The most accounts, and the most tokens.
    static let greatestCount = 100

    func user(_ name: String) -> User? { users.first { $0.name == name } }

    /// Adds a person.
    mutating func add(_ user: User) throws(Problem) {
        guard self.user(user.name) == nil else {
            throw Problem(
                .conflict, "user.exists", "There is a user '\(user.name)' already.", field: "name")
        }
        guard users.count < Self.greatestCount else {
            throw Problem(
                .conflict, "user.many", "There are \(Self.greatestCount) users, which is the most.")
        }
        users.append(user)
    }

    /// Changes a person; the last administrator stays one.
    ///
    /// - Parameter cameras: nil leaves them as they are; a nil in it makes the person see all.
    mutating func change(
        _ name: String, role: Role? = nil, cameras: [String]?? = nil, password: String? = nil
    ) throws(Problem) {
        guard let index = users.firstIndex(where: { $0.name == name }) else {
            throw Self.unknown(name)
        }
        if let role {
            if role != .admin { try requireAnotherAdmin(than: name) }
            users[index].role = role
        }
        if let cameras { users[index].cameras = cameras }
        try AccountFields.checkCameras(users[index].cameras, role: users[index].role)
        if let password { users[index].password = password }
    }

    /// Takes a person out; the last administrator stays.
    mutating func remove(_ name: String) throws(Problem) {
        guard user(name) != nil else { throw Self.unknown(name) }
        try requireAnotherAdmin(than: name)
        users.removeAll { $0.name == name }
    }

    /// Adds a program.
    mutating func add(_ token: Token) throws(Problem) {
        guard tokens.count < Self.greatestCount else {
            throw Problem(
                .conflict, "token.many",
                "There are \(Self.greatestCount) tokens, which is the most; revoke one.")
        }
        tokens.append(token)
    }

    /// Takes a program's right away.
    mutating func removeToken(_ id: String) throws(Problem) {
        guard tokens.contains(where: { $0.id == id }) else {
            throw Problem(.notFound, "token.unknown", "There is no such token.")
        }
        tokens.removeAll { $0.id == id }
    }

    private func requireAnotherAdmin(than name: String) throws(Problem) {
        guard user(name)?.role == .admin else { return }
        guard users.contains(where: { $0.role == .admin && $0.name != name }) else {
            throw Problem(
                .conflict, "user.last_admin", "'\(name)' is the only administrator and stays one.")
        }
    }

    private static func unknown(_ name: String) -> Problem {
        Problem(.notFound, "user.unknown", "There is no user '\(name)'.")
    }
}
