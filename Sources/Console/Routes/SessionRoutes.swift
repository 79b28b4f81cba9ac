import HTTPTypes
import Hummingbird

/// The first password, logging in and out, and one's own password.
struct SessionRoutes: RouteGroup {
    let version: String
    let access: AccessControl
    /// Called when the first password was set.
    let onSetup: @Sendable () -> Void

    func add(to routes: inout Routes) {
        let (version, access) = (version, access)
        routes.on(.get, "/api/v1/session", for: .open) { _, context, recorder in
            .json(await SessionRecord(context.caller, access, recorder, version))
        }
        addSetup(to: &routes)
        routes.on(.post, "/api/v1/login", for: .open) { request, context in
            let wish = try await request.json(as: Login.self, context: context)
            let user = try await access.check(wish.password, of: wish.user, from: context.peer)
            access.note(ConsoleNote(.login, "'\(wish.user)' logged in from \(context.place)"))
            return await Self.begin(user, access, request, context)
        }
        routes.on(.post, "/api/v1/logout", for: .open) { _, context in
            if case .user(_, _, let session) = context.caller { await access.sessions.end(session) }
            return Self.answer(nil, context)
        }
        routes.on(.put, "/api/v1/session/password", for: .role(.viewer)) { request, context in
            guard case .user(let name, _, _) = context.caller else {
                throw Problem(
                    .forbidden, "session.needed", "Only somebody who logged in has a password.")
            }
            let wish = try await request.json(as: NewPassword.self, context: context)
            try AccountFields.checkPassword(wish.new, field: "new")
            try await access.check(wish.old, of: name, from: context.peer)
            let hash = try await PasswordHash.make(wish.new)
            let user = try await access.accounts.change { book in
                try book.change(name, password: hash)
                return book.user(name)
            }
            access.note(ConsoleNote(.account, "'\(name)' has a new password"))
            guard let user else { return Self.answer(nil, context) }
            return await Self.begin(user, access, request, context)
        }
    }

    private func addSetup(to routes: inout Routes) {
        let (access, onSetup) = (access, onSetup)
        routes.on(.post, "/api/v1/setup", for: .open) { request, context in
            guard context.isFromHere else {
                throw Problem(
                    .forbidden, "setup.remote",
                    "The first password can only be set on the recorder's own machine.")
            }
            guard access.needsSetup else {
                throw Problem(.conflict, "setup.done", "A password is set already; log in.")
            }
            let wish = try await request.json(as: Setup.self, context: context)
            try AccountFields.checkName(wish.user, field: "user")
            try AccountFields.checkPassword(wish.password)
            let hash = try await PasswordHash.make(wish.password)
            guard access.setup.use(wish.token) else {
                throw Problem(
                    .forbidden, "setup.token",
                    "This link is used up or older than 15 minutes; `cctv gui` opens a new one.",
                    field: "token")
            }
            let user = AccountBook.User(name: wish.user, role: .admin, password: hash)
            try await access.accounts.change { book in
                guard book.users.isEmpty else {
                    throw Problem(.conflict, "setup.done", "A password is set already; log in.")
                }
                try book.add(user)
            }
            access.note(ConsoleNote(.account, "'\(wish.user)' set the first password"))
            let answer = await Self.begin(user, access, request, context)
            // The listener that this came by soon closes.
            onSetup()
            return answer
        }
        // For `cctv gui`, which may come later than the first token lasts.
        routes.on(.post, "/api/v1/setup/token", for: .role(.admin)) { _, _ in
            guard access.needsSetup else {
                throw Problem(.conflict, "setup.done", "A password is set already; log in.")
            }
            return .json(["token": try access.setup.renew()], status: .created)
        }
    }

    /// Begins a new session, whatever cookie came along: one that somebody else planted is no use.
    private static func begin(
        _ user: AccountBook.User, _ access: AccessControl, _ request: Request,
        _ context: ConsoleContext
    ) async -> Response {
        let old = SessionCookie.value(in: request.headers, isSecure: context.isSecure)
        return answer(
            await access.sessions.begin(user, replacing: old.map(Secret.digest)), context)
    }

    private static func answer(_ cookie: String?, _ context: ConsoleContext) -> Response {
        var response = Response.done
        response.headers[.setCookie] = SessionCookie.field(cookie, isSecure: context.isSecure)
        return response
    }

    private struct Setup: Decodable {
        var token: String
        var user: String
        var password: String
    }
    private struct Login: Decodable {
        var user: String
        var password: String
    }
    private struct NewPassword: Decodable {
        var old: String
        var new: String
    }
}
