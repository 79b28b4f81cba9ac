import HTTPTypes
import Hummingbird

/// A request that is not done, as the answer tells it: RFC 9457, problem details.
struct Problem: Error, Hashable {
    var status: HTTPResponse.Status
    /// A stable name for programs and translations.
    var code: String
    /// A sentence for people, with what to do.
    var detail: String
    /// The field, query item or setting that is wrong, if one is.
    var field: String?
    /// Fields of the answer's header besides the usual ones.
    var headers: HTTPFields = [:]

    init(
        _ status: HTTPResponse.Status, _ code: String, _ detail: String, field: String? = nil,
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.field = field
        self.headers = headers
    }

    /// What the recorder refused.
    init(_ failure: RecorderFailure) {
        let status: HTTPResponse.Status =
            switch failure.kind {
            case .notFound: .notFound
            case .invalid: .unprocessableContent
            case .conflict: .conflict
            case .unavailable: .serviceUnavailable
            case .failed: .internalServerError
            }
        self.init(status, failure.code, failure.text, field: failure.field)
    }

    /// Any error that a handler or the server throws.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let failure as RecorderFailure: self.init(failure)
        case let error as any HTTPResponseError: self.init(error.status)
        default:
            self.init(.internalServerError, "internal", "The console failed to answer: \(error)")
        }
    }

    /// What the HTTP server refused by itself.
    init(_ status: HTTPResponse.Status) {
        switch status {
        case .notFound: self.init(status, "path.unknown", "There is nothing at this address.")
        case .contentTooLarge:
            self.init(status, "body.large", "The request's body is larger than 1 MiB.")
        default: self.init(status, "request.refused", status.reasonPhrase)
        }
    }

    /// A request that cannot be understood.
    static func malformed(_ detail: String, field: String? = nil) -> Self {
        Self(.badRequest, "request.malformed", detail, field: field)
    }

    /// The answer; a request for its header alone gets no body.
    var response: Response {
        let body = Body(
            title: status.reasonPhrase, status: status.code, detail: detail, code: code,
            field: field)
        var response = Response.json(body, status: status)
        response.headers[.contentType] = "application/problem+json"
        for field in headers { response.headers[field.name] = field.value }
        return response
    }

    private struct Body: Encodable {
        let type = "about:blank"
        let title: String
        let status: Int
        let detail: String
        let code: String
        let field: String?

        private enum CodingKeys: String, CodingKey { case type, title, status, detail, code, field }
    }
}
