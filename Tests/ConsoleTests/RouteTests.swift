import HTTPTypes
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing

@testable import Console

struct RouteTests {
    let bench = Bench()

    @Test func `the state is told in snake case with times in UTC`() async throws {
        let answer = try await bench.send(.get, "/api/v1/status")
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentType] == "application/json")
        #expect(answer.text.contains(#""time_zone":"Europe/Paris""#))
        #expect(answer.text.contains(#""last_video":"2025-02-23T09:00:00.000Z""#))
    }

    @Test func `the body of an answer to HEAD is empty and its length is told`() async throws {
        let whole = try await bench.send(.get, "/api/v1/status")
        let head = try await bench.send(.head, "/api/v1/status")
        #expect(head.status == .ok)
        #expect(head.body.readableBytes == 0)
        #expect(head.headers[.contentLength] == String(whole.body.readableBytes))
    }

    @Test(arguments: [
        ("/api/v1/nothing", HTTPResponse.Status.notFound, "path.unknown"),
        ("/api/v1/clips/8", .notFound, "clip.unknown"),
        ("/api/v1/clips/nonsense", .notFound, "clip.unknown"),
        ("/api/v1/clips/../../etc/passwd", .notFound, "path.unknown"),
        ("/api/v1/storage", .serviceUnavailable, "volume.down"),
        ("/api/v1/clips?limit=0", .unprocessableContent, "query.invalid"),
        ("/api/v1/clips?from=yesterday", .unprocessableContent, "query.invalid"),
        ("/api/v1/clips?camera=%zz", .badRequest, "request.malformed"),
        ("/api/v1/timeline?from=2025-02-23T09:00:00Z", .unprocessableContent, "query.invalid"),
    ])
    func `what cannot be done is a problem with a code`(
        path: String, status: HTTPResponse.Status, code: String
    ) async throws {
        let answer = try await bench.send(.get, path)
        #expect(answer.status == status)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(answer.text.contains("\"code\":\"\(code)\""))
    }

    @Test func `a wrong method tells the right ones`() async throws {
        let answer = try await bench.send(.delete, "/api/v1/status")
        #expect(answer.status == .methodNotAllowed)
        #expect(answer.headers[.allow] == "GET, HEAD")
    }

    @Test func `recording is switched for one camera and for all`() async throws {
        for body in [#"{"recording":false,"camera":"front"}"#, #"{"recording":true}"#] {
            let answer = try await bench.send(.put, "/api/v1/recording", json: body)
            #expect(answer.status == .ok)
        }
        #expect(
            bench.recorder.told.withLock { $0 } == ["recording false front", "recording true all"])
    }

    @Test func `settings are changed by text, number and truth value, and null is the default`()
        async throws
    {
        let answer = try await bench.send(
            .patch, "/api/v1/settings",
            json: #"{"A_B":"text","C":12,"D":true,"E":null,"F":0.5}"#)
        #expect(answer.status == .ok)
        #expect(bench.recorder.told.withLock { $0 } == ["A_B=text C=12 D=true E=nil F=0.5"])
    }

    @Test(arguments: [
        (#"{"recording":"#, HTTPResponse.Status.badRequest, "request.malformed"),
        ("[]", .unprocessableContent, "field.type"), ("{}", .unprocessableContent, "field.missing"),
        (#"{"recording":1.5}"#, .unprocessableContent, "field.type"),
    ])
    func `a body that is not what is wanted is refused`(
        body: String, status: HTTPResponse.Status, code: String
    ) async throws {
        let answer = try await bench.send(.put, "/api/v1/recording", json: body)
        #expect(answer.status == status)
        #expect(answer.text.contains("\"code\":\"\(code)\""))
        #expect(bench.recorder.told.withLock { $0 } == [])
    }

    @Test func `a body that is too large or too deep is refused`() async throws {
        let large = try await bench.send(
            .put, "/api/v1/recording", json: String(repeating: " ", count: 1 << 21))
        #expect(large.status == .contentTooLarge)
        let deep = try await bench.send(
            .put, "/api/v1/recording", json: String(repeating: "[", count: 100_000))
        #expect(deep.status == .badRequest)
    }

    @Test func `a camera's settings keep the names of their keys`() async throws {
        let answer = try await bench.send(.get, "/api/v1/cameras/front")
        #expect(answer.text.contains(#""overrides":{"VIDEO_CLIP_DURATION":"60"}"#))
        #expect(answer.text.contains(#""has_password":true"#))
    }

    @Test func `every page is the one document and unknown paths are not`() async throws {
        for page in WebRoutes.pages {
            let answer = try await bench.send(.get, page)
            #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
            let tag = try #require(answer.headers[.eTag])
            let again = try await bench.send(.get, page, headers: [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            #expect(again.body.readableBytes == 0)
        }
        #expect(try await bench.send(.get, "/assets/index.html/x").status == .notFound)
    }
}
