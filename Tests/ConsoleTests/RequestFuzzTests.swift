import HTTPTypes
import Hummingbird
import NIOCore
import TestSupport
import Testing

@testable import Console

/// What browsers and others send, damaged; `CCTV_FUZZ_ITERATIONS` and `CCTV_SEED` say how much and which.
struct RequestFuzzTests {
    private static let examples = [
        "bytes=0-499", "bytes=500-", "bytes=-500", "W/\"a\", \"b\"", "sid=abc; theme=dark",
        "/api/v1/clips?from=2025-02-23T09:00:00Z&to=2025-02-24T09:00:00%2B01:00&camera=a+b",
        "2025-02-23T09:00:00.123+05:30", "10.0.0.0/8, fd00::/8", "[fe80::1%25eth0]:8480",
        "cctv.example:8480",
    ]

    @Test func `damaged requests are read or refused`() throws {
        var texts = Mutator(seed: Chosen.seed ?? 9, corpus: Self.examples.map { Array($0.utf8) })
        let proxies = [try #require(AddressRange("10.0.0.0/8"))]
        for iteration in 0..<(Chosen.fuzzIterations ?? 3000) {
            let text = texts.nextText()
            read(range: text, conditions: texts.nextText(), length: Int64(iteration % 1000))
            var head = HTTPRequest(
                method: .get, scheme: "http", authority: texts.nextText(), path: text)
            head.headerFields[.cookie] = texts.nextText()
            if let name = HTTPField.Name("X-Forwarded-For") {
                head.headerFields[name] = texts.nextText()
            }
            _ = SessionCookie.value(in: head.headerFields, isSecure: iteration.isMultiple(of: 2))
            let origin = RequestOrigin(
                head, peer: .network(address: "10.1.2.3", isLoopback: false), isEncrypted: false,
                proxies: proxies)
            _ = origin.isKnown(names: ["cctv.example"])
            _ = Timestamp(text)
            _ = AddressRange(text)
            let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
            guard let query = try? Query(request) else { continue }
            _ = try? query.span()
            _ = try? query.number("limit", in: 1...500)
        }
    }

    /// A part that is promised lies in the file and is not empty.
    private func read(range: String, conditions: String, length: Int64) {
        let request = FileRequest(
            ifNoneMatch: conditions.count % 3 == 0 ? conditions : nil, range: range,
            ifRange: conditions.count % 5 == 0 ? conditions : nil)
        let answer = request.answer(entityTag: "\"a\"", modified: "now", length: length)
        guard case .part(let part) = answer else { return }
        #expect(!part.isEmpty && part.lowerBound >= 0 && part.upperBound <= length, "\(range)")
    }
}
