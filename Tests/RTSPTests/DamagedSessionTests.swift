import Platform
import RTSP
import Synchronization
import TestSupport
import Testing

/// Whole sessions with a camera whose answers and packets are damaged on their way.
///
/// `CCTV_FUZZ_ITERATIONS` and `CCTV_SEED` say how many and which.
@Suite(.ownThread) struct DamagedSessionTests {
    /// A camera's words, one in three of them damaged.
    private final class Line: Sendable {
        private let state: Mutex<(mutator: Mutator, random: SeededGenerator)>

        init(seed: UInt64) {
            state = Mutex(
                (
                    Mutator(seed: seed, corpus: [Array(PlainCamera.sdp.utf8)]),
                    SeededGenerator(seed: seed)
                ))
        }

        func carry(_ bytes: [UInt8]) -> [UInt8] {
            state.withLock { state in
                guard Int.random(in: 0..<3, using: &state.random) == 0 else { return bytes }
                return state.mutator.damaged(bytes)
            }
        }
    }

    private static let network = Duration.milliseconds(50)

    @Test func `a session with a camera that sends garbage ends in time, whatever it sends`() throws
    {
        let line = Line(seed: Chosen.seed ?? 0)
        let server = try ScriptedServer { peer in
            peer.damage = line.carry
            while let request = peer.request() {
                PlainCamera.answer(request, peer)
                guard request.method == "PLAY" else { continue }
                for sequence in UInt16(1)...20 {
                    peer.send(PlainCamera.interleaved(PlainCamera.rtp(sequence)))
                }
                return
            }
        }
        defer { server.stop() }
        let clocks = SystemClocks()
        var played = 0
        var longest = Duration.zero
        for _ in 0..<(Chosen.fuzzIterations ?? 1000) / 10 {
            let begin = clocks.monotonic
            do {
                var client = try server.open {
                    $0.networkTimeout = Self.network
                    $0.openTimeout = Self.network * 4
                }
                try client.play()
                played += 1
                while true { _ = try client.receive(deadline: clocks.monotonic + Self.network) }
            } catch is RTSPError {}
            longest = max(longest, clocks.monotonic - begin)
        }
        print("\(played) of \(server.connectionCount) sessions played, the longest took \(longest)")
        #expect(played > 0 && longest < .seconds(5))
    }
}
