import HTTPTypes
import Hummingbird

/// The outermost layer: errors become problems, and every answer tells browsers what not to do.
struct AnswerMiddleware: RouterMiddleware {
    /// Returns the methods that a path has, for a method that it has not.
    let methods: @Sendable (String) -> [HTTPRequest.Method]
    /// Whether browsers are told never to come unencrypted again (RFC 6797).
    var isStrict = false

    func handle(
        _ request: Request, context: ConsoleContext,
        next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = problem(error, request).response
        }
        if isStrict { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        for field in Self.headers where !response.headers.contains(field.name) {
            response.headers[field.name] = field.value
        }
        return response
    }

    private func problem(_ error: any Error, _ request: Request) -> Problem {
        guard let error = error as? HTTPError, error.status == .notFound else {
            return Problem(error)
        }
        let allowed = methods(request.uri.path)
        guard !allowed.isEmpty else { return Problem(.notFound) }
        return Problem(
            .methodNotAllowed, "method.wrong",
            "\(request.method.rawValue) is not possible here.",
            headers: [.allow: allowed.map(\.rawValue).joined(separator: ", ")])
    }

    /// Nothing from elsewhere is loaded, nothing of ours is shown or read elsewhere.
    private static let headers: HTTPFields = {
        var headers = HTTPFields()
        headers[.contentSecurityPolicy] =
            "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
            + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        headers[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        if let name = HTTPField.Name("Cross-Origin-Resource-Policy") {
            headers[name] = "same-origin"
        }
        if let name = HTTPField.Name("Cross-Origin-Opener-Policy") { headers[name] = "same-origin" }
        return headers
    }()
}

extension Routes.Record {
    /// Whether a path is one of this route.
    func matches(_ path: String) -> Bool {
        let own = self.path.split(separator: "/")
        let other = path.split(separator: "/")
        return own.count == other.count
            && zip(own, other).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}
