import HTTPTypes
import HummingbirdTesting
import Synchronization
import Testing

@testable import Console

struct HealthRouteTests {
    let bench = Bench()

    @Test func `a recorder whose disk is away lives and is not ready, and strangers hear no more`()
        async throws
    {
        #expect(try await bench.send(.get, "/readyz", from: Bench.elsewhere).status == .ok)
        bench.recorder.state.withLock {
            $0.volume = .init(ok: false, code: "unmounted", reason: "mount /srv/secret-name")
        }
        let answer = try await bench.send(.get, "/readyz", from: Bench.elsewhere)
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.text == "the disk takes no clips: unmounted\n")
        #expect(try await bench.send(.get, "/healthz", from: Bench.elsewhere).status == .ok)
        let health = try await bench.send(.get, "/api/v1/health")
        #expect(health.status == .serviceUnavailable)
        #expect(health.text.contains("mount /srv/secret-name"))
    }

    @Test func `only an administrator accepts another disk`() async throws {
        let person = try await bench.token(.operator)
        let refused = try await bench.send(
            .post, "/api/v1/storage/adopt", from: Bench.here, headers: person)
        #expect(refused.status == .forbidden)
        #expect(try await bench.send(.post, "/api/v1/storage/adopt").status == .noContent)
        #expect(bench.recorder.told.withLock { $0 } == ["adopt"])
    }
}
