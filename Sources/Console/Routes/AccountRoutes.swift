import HTTPTypes
import Hummingbird

/// The accounts of people.
struct AccountRoutes: RouteGroup {
    let access: AccessControl

    func add(to routes: inout Routes) {
        let access = access
        routes.on(.get, "/api/v1/users", for: .role(.admin)) { _, _ in
            .json(UserList(users: access.accounts.current.users.map(UserRecord.init)))
        }
        routes.on(.post, "/api/v1/users", for: .role(.admin)) { request, context in
            let draft = try await request.json(as: UserDraft.self, context: context)
            try AccountFields.checkName(draft.name)
            try AccountFields.checkPassword(draft.password)
            try AccountFields.checkCameras(draft.cameras, role: draft.role)
            let user = AccountBook.User(
                name: draft.name, role: draft.role, cameras: draft.cameras,
                password: try await PasswordHash.make(draft.password))
            try await access.accounts.change { try $0.add(user) }
            access.note(
                ConsoleNote(.account, "'\(user.name)' is a new user, \(user.role.rawValue)"))
            return .json(UserRecord(user), status: .created)
        }
        routes.on(.patch, "/api/v1/users/{name}", for: .role(.admin)) { request, context in
            let name = context.name("name")
            let wish = try await request.json(as: UserChange.self, context: context)
            var hash: String?
            if let password = wish.password {
                try AccountFields.checkPassword(password)
                hash = try await PasswordHash.make(password)
            }
            let user = try await access.accounts.change { [hash] book in
                try book.change(
                    name, role: wish.role, cameras: wish.cameras, password: hash)
                return book.user(name)
            }
            access.note(ConsoleNote(.account, "The account of '\(name)' was changed"))
            return .json(user.map(UserRecord.init))
        }
        routes.on(.delete, "/api/v1/users/{name}", for: .role(.admin)) { _, context in
            let name = context.name("name")
            try await access.accounts.change { try $0.remove(name) }
            access.note(ConsoleNote(.account, "'\(name)' is no user any more"))
            return .done
        }
    }

    private struct UserList: Encodable { var users: [UserRecord] }

    private struct UserRecord: Encodable {
        var name: String
        var role: Role
        var cameras: [String]?

        init(_ user: AccountBook.User) {
            name = user.name
            role = user.role
            cameras = user.cameras
        }
    }
    private struct UserDraft: Decodable {
        var name: String
        var role: Role
        var cameras: [String]?
        var password: String
    }
    private struct UserChange: Decodable {
        var role: Role?
        /// Null, which is not the same as nothing, makes the person see all.
        var cameras: [String]??
        var password: String?

        private enum CodingKeys: String, CodingKey { case role, cameras, password }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            role = try container.decodeIfPresent(Role.self, forKey: .role)
            if container.contains(.cameras) {
                cameras = .some(try container.decodeIfPresent([String].self, forKey: .cameras))
            }
            password = try container.decodeIfPresent(String.self, forKey: .password)
        }
    }
}
