import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Console

struct APIDocumentTests {
    /// What of the document concerns the routes.
    private struct Document: Decodable {
        var openapi: String
        var paths: [String: [String: Operation]]
    }
    private struct Operation: Decodable {
        var role: Role?
        var security: [[String: [String]]]?

        private enum CodingKeys: String, CodingKey {
            case role = "x-role"
            case security
        }
    }

    @Test func `the document has every route with the role that it needs, and no other`()
        async throws
    {
        let bench = Bench()
        let answer = try await bench.send(.get, "/api/v1/openapi.json", from: Bench.elsewhere)
        let document = try JSONDecoder().decode(
            Document.self, from: Data(answer.body.readableBytesView))
        #expect(document.openapi == "3.1.0")
        var documented: Set<String> = []
        for (path, operations) in document.paths {
            for (method, operation) in operations {
                let role = operation.role?.rawValue ?? "open"
                documented.insert("\(method.uppercased()) \(path) \(role)")
                #expect((operation.security?.isEmpty == true) == (operation.role == nil), "\(path)")
            }
        }
        // Pages are no interface, and metrics have a page of their own.
        let others = WebRoutes.pages + ["/metrics"]
        let routed = bench.router.records
            .filter { !others.contains($0.path) && !$0.path.hasPrefix("/assets/") }
            .map { record in
                let role = if case .role(let role) = record.access { role.rawValue } else { "open" }
                return "\(record.method.rawValue) \(record.path) \(role)"
            }
        #expect(documented == Set(routed))
    }
}
