import HTTPTypes
import Hummingbird

/// Finds out who asks from where, and refuses what a strange web page could make a browser send.
struct CallerCheck: RouterMiddleware {
    let access: AccessControl
    /// Whether the network's connections are encrypted.
    let isEncrypted: Bool

    func handle(
        _ request: Request, context: ConsoleContext,
        next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if context.peer == .owner {
            context.caller = .owner
        } else {
            let origin = RequestOrigin(
                request.head, peer: context.peer, isEncrypted: isEncrypted, proxies: access.proxies)
            guard origin.isKnown(names: access.names) else {
                throw Problem(
                    .misdirectedRequest, "host.unknown",
                    "The console does not answer under the name '\(origin.host)'; if it is to, add "
                        + "the name to HOST_NAMES.")
            }
            context.peer = origin.peer
            context.isSecure = origin.isSecure
            context.caller = try access.caller(request.headers, isSecure: origin.isSecure)
            let (access, fields, caller) = (access, request.headers, context.caller)
            // An open page uses nothing: its streams end with the session's idle time.
            context.isStillAllowed = {
                (try? access.caller(fields, isSecure: origin.isSecure, isUse: false)) == caller
            }
            if request.method != .get, request.method != .head {
                try Self.checkWrite(request, origin, context.caller)
            }
        }
        return try await next(request, context)
    }

    /// A request that changes something must come from a page of ours, unless a program sends it with
    /// a token, which no browser adds by itself.
    private static func checkWrite(
        _ request: Request, _ origin: RequestOrigin, _ caller: Caller
    ) throws(Problem) {
        let fields = request.headers
        if hasBody(fields) {
            let type = fields[.contentType]?.prefix { $0 != ";" }.lowercased() ?? ""
            guard type == "application/json" else {
                throw Problem(
                    .unsupportedMediaType, "body.type",
                    "Send JSON, with Content-Type: "
                        + "application/json.")
            }
        }
        if case .token = caller { return }
        let from = fields[.origin]
        let isOwn = from.map { $0.lowercased() == origin.text }
        // A browser always tells; only before the login nothing is lost by one that does not.
        guard isOwn ?? (caller == .nobody) else {
            throw Problem(
                .forbidden, "origin.foreign",
                "This must come from a page of this console, \(origin.text).")
        }
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = fields[name],
            site != "same-origin", site != "none"
        {
            throw Problem(
                .forbidden, "origin.foreign", "This must come from a page of this console.")
        }
    }

    private static func hasBody(_ fields: HTTPFields) -> Bool {
        fields[.transferEncoding] != nil || (fields[.contentLength] ?? "0") != "0"
    }
}
