import HTTPTypes
import HummingbirdTesting
import Synchronization
import TestSupport
import Testing

@testable import Console

/// What a page of another site, or a proxy's header, can make a browser or the console do.
struct ForgeryTests {
    let bench = Bench()

    @Test func `a page of another site changes nothing with the user's cookie`() async throws {
        try await bench.addUser("anna", .admin)
        let cookie = try await bench.logIn("anna")
        let siteName = try #require(HTTPField.Name("Sec-Fetch-Site"))
        func reload(_ change: (inout HTTPFields) -> Void) async throws -> HTTPResponse.Status {
            var headers = cookie
            change(&headers)
            return try await bench.send(
                .post, "/api/v1/reload", from: Bench.here, headers: headers
            ).status
        }
        for origin in [
            nil, "null", "http://evil.example", "https://localhost", "http://localhost:1",
        ] {
            #expect(try await reload { $0[.origin] = origin } == .forbidden)
        }
        for site in ["cross-site", "same-site"] {
            #expect(try await reload { $0[siteName] = site } == .forbidden)
        }
        #expect(bench.recorder.told.withLock { $0 } == [])
        #expect(try await reload { $0[siteName] = "same-origin" } == .noContent)
    }

    @Test func `another site cannot log somebody in`() async throws {
        try await bench.addUser("anna", .admin)
        let answer = try await bench.send(
            .post, "/api/v1/login", from: Bench.here, headers: [.origin: "http://evil.example"],
            json: #"{"user":"anna","password":"\#(Bench.password)"}"#)
        #expect(answer.status == .forbidden)
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
    func `what a form can send is no request`(type: String) async throws {
        let answer = try await bench.send(
            .put, "/api/v1/recording", from: Bench.here,
            headers: [.contentType: type, .origin: "http://localhost"],
            json: #"{"recording":false}"#)
        #expect(answer.status == .unsupportedMediaType)
    }

    private func origin(
        _ fields: HTTPFields, authority: String = "cctv.example", from address: String,
        proxies: [String] = []
    ) -> RequestOrigin {
        RequestOrigin(
            HTTPRequest(
                method: .get, scheme: "http", authority: authority, path: "/", headerFields: fields),
            peer: .network(address: address, isLoopback: AddressRange.isLoopback(address)),
            isEncrypted: false, proxies: proxies.compactMap(AddressRange.init))
    }

    private let forwarded = HTTPField.Name("X-Forwarded-For")
    private let scheme = HTTPField.Name("X-Forwarded-Proto")

    @Test func `a header does not make a stranger a neighbour`() throws {
        let (forwarded, scheme) = (try #require(forwarded), try #require(scheme))
        let lie = origin([forwarded: "127.0.0.1", scheme: "https"], from: "203.0.113.9")
        #expect(lie.peer == .network(address: "203.0.113.9", isLoopback: false))
        #expect(!lie.isSecure)
        // A proxy here that nobody told us of passes strangers on.
        let passed = origin([forwarded: "203.0.113.9"], from: "127.0.0.1")
        #expect(passed.peer == .network(address: "127.0.0.1", isLoopback: false))
    }

    @Test func `a trusted proxy tells the last address that is not its own`() throws {
        let (forwarded, scheme) = (try #require(forwarded), try #require(scheme))
        let told = origin(
            [forwarded: "127.0.0.1, 203.0.113.9, 10.0.0.7", scheme: "https"], from: "10.0.0.8",
            proxies: ["10.0.0.0/24"])
        #expect(told.peer == .network(address: "203.0.113.9", isLoopback: false))
        #expect(told.text == "https://cctv.example")
    }

    @Test(arguments: [
        ("localhost:8480", true), ("127.0.0.1:8480", true), ("[::1]:8480", true),
        ("192.168.1.20", true), ("nas.lan", true), ("evil.example", false), ("", false),
        ("localhost.evil.example", false), ("127.0.0.1.evil.example", false),
    ])
    func `a name that somebody gave away for our address is not ours`(
        authority: String, isKnown: Bool
    ) {
        let request = origin([:], authority: authority, from: "127.0.0.1")
        #expect(request.isKnown(names: ["nas.lan"]) == isKnown)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("192.168.1.5", "192.168.1.5", true), ("192.168.1.5", "192.168.1.6", false),
        ("fd00::/8", "fd12::1", true), ("::1", "::1", true), ("0.0.0.0/0", "8.8.8.8", true),
        ("0.0.0.0/0", "::1", false), ("10.0.0.1", "::ffff:10.0.0.1", true),
        ("172.16.0.0/12", "172.31.255.255", true), ("172.16.0.0/12", "172.32.0.0", false),
    ])
    func `a range has the addresses that begin alike`(
        range: String, address: String, isIn: Bool
    ) throws {
        #expect(try #require(AddressRange(range)).contains(address) == isIn)
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0", "name", "10.0.0.0/", "10.0.0.0/-1"])
    func `what is no range is refused`(text: String) { #expect(AddressRange(text) == nil) }
}
