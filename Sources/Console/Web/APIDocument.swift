import NIOCore

/// The API's description in OpenAPI 3.1, put together from its parts in `Sources/CWebAssets/api`.
///
/// A part is one JSON object: `paths-NAME.json` has paths, `schemas-NAME.json` has schemas.
enum APIDocument {
    /// The whole document as JSON.
    static let text: String = {
        """
        {"openapi": "3.1.0",
        "info": {"title": "cctv", "version": "1", "license": {"name": "GPL-3.0-or-later"}},
        "security": [{"token": []}, {"session": []}, {"secureSession": []}],
        "paths": {\(members(of: "paths-"))},
        "components": {
        "securitySchemes": {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
        "secureSession": {"type": "apiKey", "in": "cookie", "name": "__Host-sid"}},
        "responses": {"Problem": {"description": "It was not done",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}},
        "schemas": {\(members(of: "schemas-"))}}}

        """
    }()

    /// The members of all objects of a kind, one after the other.
    private static func members(of kind: String) -> String {
        WebAsset.api.filter { $0.path.hasPrefix(kind) }
            .map { part in
                let text = String(buffer: part.bytes)
                return text.drop { $0 != "{" }.dropFirst().reversed().drop { $0 != "}" }.dropFirst()
                    .reversed().reduce(into: "") { $0.append($1) }
            }
            .joined(separator: ",")
    }
}
