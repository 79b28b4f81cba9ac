import Hummingbird

/// Finds out who asks.
struct CallerCheck: RouterMiddleware {
    func handle(
        _ request: Request, context: ConsoleContext,
        next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        switch context.peer {
        case .owner: context.caller = .owner
        // Accounts follow; until then only this machine is served.
        case .network(_, let isLoopback): context.caller = isLoopback ? .owner : .nobody
        }
        return try await next(request, context)
    }
}
