import HTTPTypes
import HummingbirdTesting
import Synchronization
import Testing

@testable import Console

struct DoctorRouteTests {
    let bench = Bench()

    @Test func `a look is begun, watched and ended`() async throws {
        let before = try await bench.send(.get, "/api/v1/doctor")
        #expect(before.text == "{}", "nothing was looked at yet")
        let begun = try await bench.send(.post, "/api/v1/doctor", json: "{}")
        #expect(begun.status == .accepted)
        let answer = try await bench.send(.get, "/api/v1/doctor")
        #expect(answer.text.contains(#""advice":"more","code":"key-frames","level":"bad""#))
        #expect(try await bench.send(.delete, "/api/v1/doctor").status == .noContent)
        #expect(bench.recorder.told.withLock { $0 } == ["doctor all 30 s", "doctor ends"])
    }

    @Test(arguments: [0, 301, -1])
    func `nobody keeps a camera's session for hours`(seconds: Int) async throws {
        let answer = try await bench.send(
            .post, "/api/v1/doctor", json: #"{"seconds":\#(seconds)}"#)
        #expect(answer.status == .unprocessableContent)
        #expect(answer.text.contains(#""field":"seconds""#))
        #expect(bench.recorder.told.withLock { $0 } == [])
    }

    @Test func `an operator may look, and only an administrator takes the bundle away`()
        async throws
    {
        let viewer = try await bench.token(.viewer)
        let looked = try await bench.send(
            .post, "/api/v1/doctor", from: Bench.here, headers: viewer, json: "{}")
        #expect(looked.status == .forbidden)
        let person = try await bench.token(.operator)
        let begun = try await bench.send(
            .post, "/api/v1/doctor", from: Bench.here, headers: person, json: "{}")
        #expect(begun.status == .accepted)
        let refused = try await bench.send(
            .get, "/api/v1/doctor/bundle", from: Bench.here, headers: person)
        #expect(refused.status == .forbidden)
        let bundle = try await bench.send(.get, "/api/v1/doctor/bundle")
        #expect(bundle.text == "tar")
        #expect(bundle.headers[.contentType] == "application/x-tar")
        #expect(
            bundle.headers[.contentDisposition] == #"attachment; filename="cctv-doctor.tar""#)
    }

    @Test func `a limited account sees its own cameras' findings and ends nobody else's look`()
        async throws
    {
        let recorder = TwoCameras()
        let bench = Bench(recorder)
        let headers = try await bench.token(.operator, cameras: ["front"])
        func send(
            _ method: HTTPRequest.Method, _ json: String? = nil
        ) async throws -> TestResponse {
            try await bench.send(
                method, "/api/v1/doctor", from: Bench.here, headers: headers, json: json)
        }
        let seen = try await send(.get)
        #expect(seen.text.contains("front") && !seen.text.contains("cellar"))
        #expect(try await send(.post, "{}").status == .unprocessableContent)
        #expect(try await send(.post, #"{"camera":"cellar"}"#).status == .notFound)
        #expect(try await send(.post, #"{"camera":"front"}"#).status == .accepted)
        #expect(try await send(.delete).status == .noContent)
        #expect(
            recorder.base.told.withLock { $0 } == [
                "doctor front 30 s", #"doctor ends among ["front"]"#,
            ])
    }
}
