import HTTPTypes
import Hummingbird
import Platform

/// The tokens of programs; a token itself is told once.
struct TokenRoutes: RouteGroup {
    let access: AccessControl

    func add(to routes: inout Routes) {
        let access = access
        routes.on(.get, "/api/v1/tokens", for: .role(.admin)) { _, _ in
            .json(TokenList(tokens: access.accounts.current.tokens.map(TokenRecord.init)))
        }
        routes.on(.post, "/api/v1/tokens", for: .role(.admin)) { request, context in
            let draft = try await request.json(as: TokenDraft.self, context: context)
            try AccountFields.checkTokenName(draft.name)
            try AccountFields.checkCameras(draft.cameras, role: draft.role)
            let secret = "cctv_" + Secret.make()
            let token = AccountBook.Token(
                id: String(Secret.make().prefix(16)), name: draft.name, role: draft.role,
                cameras: draft.cameras, digest: Secret.digest(secret),
                created: Timestamp(access.clocks.wall))
            try await access.accounts.change { try $0.add(token) }
            access.note(
                ConsoleNote(.account, "A token '\(token.name)' was made, \(token.role.rawValue)"))
            return .json(NewToken(id: token.id, token: secret), status: .created)
        }
        routes.on(.delete, "/api/v1/tokens/{id}", for: .role(.admin)) { _, context in
            let id = context.name("id")
            try await access.accounts.change { try $0.removeToken(id) }
            access.note(ConsoleNote(.account, "A token was revoked"))
            return .done
        }
    }

    private struct TokenList: Encodable { var tokens: [TokenRecord] }

    private struct TokenRecord: Encodable {
        var id: String
        var name: String
        var role: Role
        var cameras: [String]?
        var created: Timestamp

        init(_ token: AccountBook.Token) {
            id = token.id
            name = token.name
            role = token.role
            cameras = token.cameras
            created = token.created
        }
    }
    private struct TokenDraft: Decodable {
        var name: String
        var role: Role
        var cameras: [String]?
    }
    private struct NewToken: Encodable {
        var id: String
        var token: String
    }
}
