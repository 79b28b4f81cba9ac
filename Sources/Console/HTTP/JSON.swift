import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

extension RecorderStatus {
    /// The state as the API writes it; empty only if a number of it is not finite.
    public var json: [UInt8] {
        (try? JSONEncoder.ofAPI.encode(self)).map { [UInt8]($0) } ?? []
    }
}

extension JSONEncoder {
    /// Keys in snake_case and in order.
    static var ofAPI: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

extension Response {
    /// An answer of JSON with keys in snake_case; nothing may keep a copy of it.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        guard let data = try? JSONEncoder.ofAPI.encode(value) else {
            // Only a number that is not finite does this, and no record has one to tell.
            return Response(status: .internalServerError)
        }
        return json(bytes: ByteBuffer(bytes: data), status: status)
    }

    /// The same text for a record that is answered by the thousand.
    static func json(_ record: some JSONRecord) -> Response {
        var text = JSONText()
        text.object { record.write(to: &$0) }
        return json(bytes: ByteBuffer(bytes: text.bytes), status: .ok)
    }

    private static func json(bytes: ByteBuffer, status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: bytes))
    }

    /// An answer without content.
    static var done: Response { Response(status: .noContent, headers: [.cacheControl: "no-store"]) }
}

extension Request {
    /// The longest time that a body may take to arrive.
    private static let patience = Duration.seconds(30)

    /// Reads the body as JSON.
    ///
    /// - Throws: `Problem`: 413 beyond the limit, 408 if it takes too long, 400 if it is no JSON, 422
    ///   naming the field if it is not what is wanted.
    func json<Value: Decodable>(
        as type: Value.Type, context: ConsoleContext
    ) async throws -> Value {
        let body = body
        let limit = context.maxUploadSize
        let buffer = try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
            group.addTask { try await body.collect(upTo: limit) }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let buffer else {
            throw Problem(
                .requestTimeout, "body.slow", "The request's body did not arrive in time.")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(type, from: Data(buffer.readableBytesView))
        } catch let error as DecodingError {
            throw Self.problem(error)
        }
    }

    private static func problem(_ error: DecodingError) -> Problem {
        func path(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String? {
            let names = (context.codingPath + (key.map { [$0] } ?? [])).map { key in
                key.intValue.map(String.init) ?? snakeCase(key.stringValue)
            }
            return names.isEmpty ? nil : names.joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context):
            let field = path(context, key)
            return Problem(
                .unprocessableContent, "field.missing", "The field \(field ?? "") is missing.",
                field: field)
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            let field = path(context)
            return Problem(
                .unprocessableContent, "field.type",
                "\(field.map { "The field \($0)" } ?? "The body") is of the wrong kind.",
                field: field)
        case .dataCorrupted(let context):
            guard let field = path(context) else {
                return .malformed("The body is no JSON: \(context.debugDescription)")
            }
            return Problem(
                .unprocessableContent, "field.invalid", context.debugDescription, field: field)
        @unknown default: return .malformed("The body cannot be read.")
        }
    }

    /// The key as it stands in the body: `lead_seconds` for `leadSeconds`.
    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { text, letter in
            if letter.isUppercase { text += "_" }
            text += letter.lowercased()
        }
    }
}
