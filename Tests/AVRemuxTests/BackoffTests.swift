import Platform
import RTSP
import Testing

@testable import AVRemux

@Suite struct BackoffTests {
    private func delays(
        after end: SessionEnd, count: Int, goodVideo: Duration = .zero, random: Double = 0.5
    ) -> [Double] {
        var backoff = Backoff()
        return (0..<count).map { _ in
            backoff.delay(
                after: end, goodVideo: goodVideo, sessionTimeout: .seconds(60), random: random
            ).seconds
        }
    }

    @Test(arguments: [0, 0.5, 0.999])
    func `the first retry comes within a second`(random: Double) throws {
        let first = try #require(delays(after: .failed(.closed), count: 1, random: random).first)
        #expect(first < 1)
        #expect(first > 0.3)
    }

    @Test func `waits grow to half a minute and no further`() {
        let waits = delays(after: .stalled(.seconds(5)), count: 40, random: 0.999)
        #expect(waits.max() ?? 0 <= 30)
        #expect(waits.last ?? 0 > 29)
        #expect(waits.allSatisfy { $0 > 0 })
    }

    @Test func `cameras of one switch do not come back in step`() {
        let waits = Set(
            (0..<50).map { delays(after: .failed(.reset), count: 6, random: Double($0) / 50)[5] })
        #expect(waits.count > 40)
    }

    @Test func `half a minute of video makes the next failure a first one`() {
        let waits = delays(after: .failed(.closed), count: 10, goodVideo: .seconds(31))
        #expect(waits.allSatisfy { $0 < 1 })
    }

    @Test func `a refused password is tried three times in the first ten minutes`() {
        let waits = delays(after: .failed(.unauthorized(hadCredentials: true)), count: 5)
        #expect(waits == [60, 300, 1_800, 1_800, 1_800])
    }

    @Test func `a missing path waits half a minute, a busy camera a quarter`() {
        #expect(delays(after: .failed(.notFound), count: 2) == [30, 30])
        #expect(delays(after: .failed(.tooManySessions), count: 2) == [15, 15])
        #expect(delays(after: .failed(.unavailable(status: 503)), count: 1) == [15])
    }
}
