import AVRemux
import Console
import Platform
import RTSP
import TestSupport
import Testing

@testable import cctv

/// Looks at cameras that a person begins in the console: one at a time, for somebody who waits.
@Suite(.timeLimit(.minutes(1)))
struct CheckupRunnerTests {
    private let clocks = ManualClocks()

    private func plan(_ cameras: [String: String]) throws -> CheckupRunner.Plan {
        let checkups = try cameras.sorted { $0.key < $1.key }.map { name, url in
            var settings = CameraSettings(name: name, url: try CameraURL(parsing: url))
            settings.networkTimeout = .seconds(50)
            return CameraCheckup(settings: settings, duration: .seconds(1), isRecorded: false)
        }
        return CheckupRunner.Plan(checkups: checkups, seconds: 1) { _ in
            [Finding(.good, "disk", "fast")]
        }
    }

    @Test func `a camera that is away is a finding, and the machine is looked at after it`() throws
    {
        let runner = try CheckupRunner(clocks: clocks)
        let begun = try runner.begin(plan(["front": "rtsp://127.0.0.1:1/x"]))
        #expect(begun.state == .running && begun.cameras.map(\.camera) == ["front"])
        #expect(eventually { runner.record()?.state == .finished })
        let record = try #require(runner.record())
        #expect(record.progress == 1 && record.finished != nil)
        #expect(record.cameras.first?.state == .failed)
        #expect(record.cameras.first?.findings.map(\.code) == ["session"])
        #expect(record.machine.map(\.text) == ["fast"])
        #expect(runner.report?.visits.count == 1)
        runner.stop()
    }

    @Test func `a second look is refused while one runs`() throws {
        let camera = try SilentServer()
        let runner = try CheckupRunner(clocks: clocks)
        _ = try runner.begin(plan(["a": camera.rtspURL]))
        let refused = #expect(throws: RecorderFailure.self) {
            try runner.begin(plan(["b": "rtsp://127.0.0.1:1/x"]))
        }
        #expect(refused?.code == "doctor.running" && refused?.kind == .conflict)
        #expect(runner.record()?.cameras.map(\.camera) == ["a"], "the first one goes on")
        runner.end()
        #expect(eventually { runner.record()?.state == .ended })
        runner.stop()
    }

    @Test func `a look that nobody asks for any more ends, and one that is watched goes on`() throws
    {
        let camera = try SilentServer()
        let runner = try CheckupRunner(clocks: clocks)
        _ = try runner.begin(plan(["a": camera.rtspURL, "b": camera.rtspURL]))
        for _ in 0..<3 {
            clocks.advance(by: CheckupRunner.patience - .seconds(1))
            runner.endIfNobodyAsks()
            #expect(runner.record()?.state == .running)
        }
        clocks.advance(by: CheckupRunner.patience + .seconds(1))
        runner.endIfNobodyAsks()
        #expect(eventually { runner.record()?.state == .ended })
        #expect(runner.record()?.machine == [], "nobody waits for the machine either")
        #expect(runner.report == nil, "what was not finished is no report")
        runner.stop()
    }

    @Test func `who sees none of its cameras neither keeps a look going nor ends it`() throws {
        let camera = try SilentServer()
        let runner = try CheckupRunner(clocks: clocks)
        _ = try runner.begin(plan(["a": camera.rtspURL, "b": camera.rtspURL]))
        runner.end(among: ["a"])
        runner.end(among: ["c"])
        clocks.advance(by: CheckupRunner.patience - .seconds(1))
        #expect(runner.record(for: ["a"])?.state == .running)
        clocks.advance(by: .seconds(2))
        runner.endIfNobodyAsks()
        #expect(runner.record(for: ["c"])?.state == .running, "somebody watches a")
        clocks.advance(by: CheckupRunner.patience - .seconds(1))
        runner.endIfNobodyAsks()
        #expect(eventually { runner.record()?.state == .ended }, "nobody who watches c counts")
        runner.stop()
    }
}

extension SilentServer {
    /// A camera's address that leads to it.
    fileprivate var rtspURL: String { "rtsp://127.0.0.1:\(port)/x" }
}
