import HTTPTypes
import Hummingbird

/// Who may use a route.
enum Access: Hashable, Sendable {
    /// Anybody, also before there is an account; nothing of the recorder is told.
    case open
    /// Whoever has at least this role.
    case role(Role)
}

/// One group of the API's routes.
protocol RouteGroup {
    /// Adds the group's routes.
    func add(to routes: inout Routes)
}

/// The router while it is filled: every route tells who may use it.
struct Routes {
    /// A route, for the answer to a wrong method and for the test of the API's document.
    struct Record: Hashable, Sendable {
        /// As it was added: `/api/v1/clips/{id}`.
        var path: String
        var method: HTTPRequest.Method
        var access: Access
    }

    let router: Router<ConsoleContext>
    private let recorder: any Recorder
    private(set) var records: [Record] = []

    init(router: Router<ConsoleContext>, recorder: any Recorder) {
        self.router = router
        self.recorder = recorder
    }

    /// Adds a route; GET serves HEAD too.
    ///
    /// What stands for `{name}` in its path is found in `context.parameters`.
    mutating func on(
        _ method: HTTPRequest.Method, _ path: String, for access: Access,
        use handler: @escaping @Sendable (Request, ConsoleContext) async throws -> Response
    ) {
        records.append(Record(path: path, method: method, access: access))
        router.on(RouterPath(path), method: method) { request, context in
            try context.caller.require(access)
            return try await handler(request, context)
        }
    }

    /// Adds a route that asks the recorder: it gets the recorder as it is for the caller, and no group
    /// of routes has another.
    mutating func on(
        _ method: HTTPRequest.Method, _ path: String, for access: Access,
        use handler:
            @escaping @Sendable (Request, ConsoleContext, any Recorder) async throws -> Response
    ) {
        let recorder = recorder
        on(method, path, for: access) { request, context in
            try await handler(
                request, context, context.caller.rights?.view(of: recorder) ?? recorder)
        }
    }

    /// Adds the routes of groups.
    mutating func add(_ groups: [any RouteGroup]) {
        for group in groups { group.add(to: &self) }
    }
}

extension ConsoleContext {
    /// The number in the route's `{id}` or `{number}`; what is none cannot exist.
    func number(_ name: String, of kind: String) throws(Problem) -> Int64 {
        guard let text = parameters.get(name), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int64(text)
        else {
            throw Problem(.notFound, "\(kind).unknown", "There is no such \(kind).")
        }
        return number
    }

    /// The text in the route's `{name}`.
    func name(_ name: String) -> String { parameters.get(name) ?? "" }
}
