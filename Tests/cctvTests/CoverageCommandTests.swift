import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

/// A recorder and its camera go through what happens to them, and `cctv coverage` accounts for it.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(3)))
struct CoverageCommandTests {
    private let folder = TemporaryDirectory()

    private func camera(port: String, _ arguments: String...) throws -> (Program, port: String) {
        let camera = try Program(["camera", "--port", port] + arguments, in: folder.path)
        #expect(eventually { camera.output.hasSuffix("\n") }, "\(camera.errors)")
        let digits = camera.output.split(separator: ":").last?.prefix { $0.isNumber } ?? ""
        return (camera, String(digits))
    }

    private func recorder(port: String) throws -> Program {
        try Program(
            [
                "--rtsp-url", "rtsp://user:canary@127.0.0.1:\(port)/demo", "--output-folder",
                "clips", "--video-clip-duration", "4", "--check-stream-delay", "2",
            ], in: folder.path)
    }

    private func ask(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(arguments + ["--output-folder", "clips"], in: folder.path)
    }

    /// What the command said instead of a figure, such as that nothing was recorded yet.
    private struct NoCoverage: Error {
        var reason: String
    }

    private func coverage() throws -> JSON {
        let outcome = try ask("coverage", "--json", "--camera", "camera")
        guard outcome.status == 0 else { throw NoCoverage(reason: outcome.errors) }
        let json = try JSONReader.read(Array(outcome.output.utf8))
        return try #require(json["cameras"]?.elements?.first)
    }

    private func number(_ name: String, of json: JSON) throws -> Double {
        try #require(json[name].flatMap { Double($0.text) })
    }

    /// Seconds recorded so far.
    private func recorded() -> Double {
        (try? number("recorded_seconds", of: coverage())) ?? 0
    }

    private func pass(_ duration: Duration) {
        let clocks = SystemClocks()
        let end = clocks.monotonic + duration
        #expect(eventually(within: duration + .seconds(5)) { clocks.monotonic >= end })
    }

    /// Lets more be recorded than there was.
    private func record(_ seconds: Double) {
        let before = recorded()
        #expect(eventually(within: .seconds(30)) { recorded() > before + seconds })
    }

    @Test func `every second is in a clip or has its cause, whatever happens`() throws {
        var (yard, port) = try camera(port: "0")
        let first = try recorder(port: port)
        record(3)

        yard.send(SIGSTOP)
        #expect(eventually { first.errors.contains("no picture came") })
        yard.send(SIGKILL)
        #expect(eventually { first.errors.contains("refuses connections") })
        _ = yard.wait()
        (yard, _) = try camera(port: port, "--fault", "wrong-password")
        #expect(
            eventually(within: .seconds(40)) { first.errors.contains("the camera refused") },
            "\(first.errors)")
        // Gaps shorter than half a second are not asked for below.
        pass(.seconds(1))
        yard.send(SIGKILL)
        _ = yard.wait()
        (yard, _) = try camera(port: port)
        #expect(try ask("stop").status == 0)
        pass(.seconds(2))
        #expect(try ask("start").status == 0)
        record(3)

        first.send(SIGKILL)
        _ = first.wait()
        // The absence is seen before the next start, once the heartbeat is old.
        #expect(
            eventually(within: .seconds(20)) {
                let gaps = (try? coverage())?["gaps"]?.elements
                return gaps?.last?["cause"]?.string == "recorder-not-running"
            })
        let second = try recorder(port: port)
        record(3)

        second.send(SIGSTOP)
        pass(.seconds(8))
        second.send(SIGCONT)
        record(3)
        second.send(SIGTERM)
        #expect(second.wait().status == 0)
        yard.send(SIGTERM)
        _ = yard.wait()

        let day = try coverage()
        let gaps = try #require(day["gaps"]?.elements)
        // A pause of the recorder may cost pictures or not: the network keeps some.
        var causes: [String] = []
        for gap in gaps where try number("seconds", of: gap) >= 0.5 {
            let cause = gap["cause"]?.string ?? ""
            if causes.last != cause { causes.append(cause) }
        }
        let expected = [
            "stalled", "unreachable", "refused-login", "stopped-by-user", "recorder-not-running",
        ]
        #expect(Array(causes.drop { $0 == "connecting" }.prefix(5)) == expected, "\(gaps)")
        #expect(!causes.contains("unknown"), "\(day.indented)")
        let missing = try gaps.reduce(0) { try $0 + number("seconds", of: $1) }
        let enabled = try number("enabled_seconds", of: day)
        #expect(abs(try number("recorded_seconds", of: day) + missing - enabled) < 0.01)
        let text = try ask("coverage").output
        #expect(text.contains(" % of ") && text.contains("longest gap"), "\(text)")
        #expect(first.errors.contains("Nothing is recorded since"))
        #expect(first.errors.contains("Nothing was recorded for"))
        #expect(!text.contains("canary"))
    }

    @Test func `a day that is none and a camera that is none are told so`() throws {
        #expect(try ask("coverage", "--day", "2025-02-30").status == EX_USAGE)
        #expect(try ask("coverage").status == EX_NOINPUT)
    }

    @Test(arguments: [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
    func `a local day has its true length`(name: String, hours: Int64) throws {
        let day = try #require(LocalDay(name, clocks: ParisClocks()))
        #expect(day.range.upperBound - day.range.lowerBound == .seconds(hours * 3600))
        #expect(day.name == name)
    }
}

/// Clocks of a place whose summer time began on 2026-03-29 and ended on 2026-10-25, at 01:00 UTC.
private struct ParisClocks: Clocks {
    var monotonic: MonotonicTime { MonotonicTime(nanoseconds: 1) }
    var wall: WallTime { WallTime(nanoseconds: 1_780_000_000_000_000_000) }

    func utcOffset(at time: WallTime) -> Int64 {
        let summer = 1_774_746_000_000_000_000..<Int64(1_792_890_000_000_000_000)
        return summer.contains(time.nanoseconds) ? 7200 : 3600
    }
}
