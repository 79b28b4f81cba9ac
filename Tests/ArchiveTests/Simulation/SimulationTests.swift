import AVRemux
import Glibc
import Platform
import RTSP
import TestSupport
import Testing

/// Lives of a recorder under chance: cameras, network, disk and clocks, all from one seed.
///
/// `make simulate HOURS=... SEED=...` is the long form; hours are those of all cameras together.
struct SimulationTests {
    private static let fixed: [UInt64] = [1, 2, 3, 20_261_123]

    private func live(seed: UInt64, hours: Int) throws -> Simulation.Counts {
        let simulation = try Simulation(seed: seed)
        try simulation.run(hours: hours)
        for problem in simulation.problems.prefix(20) { Issue.record("\(problem)") }
        if !simulation.problems.isEmpty {
            print("replay: make simulate SEED=\(seed) HOURS=\(4 * hours)")
        }
        return simulation.counts
    }

    @Test(arguments: fixed + [UInt64.random(in: 1...1_000_000_000)])
    func `a recorder keeps its promises whatever happens`(seed: UInt64) throws {
        print("simulation of seed \(seed)")
        let counts = try live(seed: seed, hours: 12)
        #expect(counts.clips > 50 && counts.sessions > 10, "something happened: \(counts)")
    }

    @Test func `the same seed is the same life`() throws {
        let (one, other) = (try live(seed: 5, hours: 6), try live(seed: 5, hours: 6))
        #expect("\(one)" == "\(other)")
    }

    @Test func `a camera that asked for Digest does not get the password in clear text later`() {
        var random = SeededGenerator(seed: 1)
        var camera = SimulatedCamera(name: "camera", seed: 1, now: ManualClocks().monotonic)
        camera.device.trouble = .missing
        let first = camera.connect(now: ManualClocks().monotonic, using: &random)
        #expect(first?.end == .failed(.notFound))
        camera.device.trouble = .cleartext
        let second = camera.connect(now: ManualClocks().monotonic, using: &random)
        #expect(second?.end == .failed(.basicRefused))
        #expect(camera.device.complaints == [])
    }

    @Test func `nor does one that asked for it in the middle of a session`() {
        let now = ManualClocks().monotonic
        var random = SeededGenerator(seed: 1)
        var camera = SimulatedCamera(name: "camera", seed: 1, now: now)
        camera.device.trouble = .cleartext
        let first = camera.connect(now: now, using: &random)
        #expect(first == nil)
        camera.device.trouble = nil
        // The farewell meets a camera that asks for Digest now.
        _ = camera.end(.stopped, now: now, using: &random)
        camera.device.trouble = .cleartext
        let second = camera.connect(now: now, using: &random)
        #expect(second?.end == .failed(.basicRefused))
        #expect(camera.device.complaints == [])
    }

    @Test func `a disk can be asked a hundred thousand times`() throws {
        let disk = SimulatedDisk()
        for _ in 0..<100_000 { _ = try disk.openDirectory(DiskImage.folder) }
        #expect(disk.callCount == 100_000)
    }

    @Test(.enabled(if: Chosen.number("CCTV_SIMULATED_HOURS") != nil))
    func `the long form`() throws {
        let hours = Chosen.number("CCTV_SIMULATED_HOURS") ?? 0
        var seed = Chosen.seed ?? UInt64.random(in: 1...1_000_000_000)
        let clocks = SystemClocks()
        let (start, first) = (clocks.monotonic, seed)
        var total = Simulation.Counts()
        // Lives end at their first problem.
        var lived: Int { total.steps * 4 / 60 }
        var asked = 0
        // A life is a month of four cameras at most, so that a seed is replayed in a minute.
        while asked < hours {
            let life = min(720, max(1, (hours - asked + 3) / 4))
            total += try live(seed: seed, hours: life)
            asked += 4 * life
            let time = Int((clocks.monotonic - start).seconds)
            print("\(lived) camera-hours of seeds \(first) to \(seed) in \(time) s: \(total)")
            fflush(nil)
            seed += 1
        }
    }
}

extension Simulation.Counts {
    static func += (a: inout Self, b: Self) {
        a.steps += b.steps
        a.pictures += b.pictures
        a.clips += b.clips
        a.deletions += b.deletions
        a.sessions += b.sessions
        a.kills += b.kills
        a.powerCuts += b.powerCuts
        a.diskTroubles += b.diskTroubles
        a.clockSteps += b.clockSteps
        a.cameraTroubles += b.cameraTroubles
        a.recovered += b.recovered
    }
}
