import Platform
import TestSupport
import Testing

@testable import AVRemux

/// Time stamps as cameras send them, against the line that comes out.
@Suite struct TimelineTests {
    private static let timescale: Int64 = 90_000
    private static let frame: Int64 = 3_600

    private func line() -> Timeline { Timeline(timescale: Self.timescale, rhythm: Self.frame) }

    private func arrival(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: 1_000_000_000_000 + Int64(seconds * 1e9))
    }

    /// Feeds stamps that arrive one frame apart and returns where they were placed.
    private func place(_ stamps: [Int64?]) -> (placements: [Timeline.Placement], line: Timeline) {
        var line = line()
        let placements = stamps.enumerated().map { index, stamp in
            line.place(pts: stamp, dts: stamp, arrival: arrival(Double(index) * 0.04))
        }
        return (placements, line)
    }

    @Test func `a steady camera is taken as it is`() {
        let (placements, line) = place((0..<100).map { 5_000 + $0 * Self.frame })
        #expect(placements.map(\.dts) == (0..<100).map { $0 * Self.frame })
        #expect(line.repairs.total == 0)
    }

    @Test func `a stamp sent twice is moved on by one tick`() {
        let (placements, line) = place([0, 3_600, 3_600, 7_200])
        #expect(placements.map(\.dts) == [0, 3_600, 3_601, 7_200])
        #expect(line.repairs.nudged == 1)
    }

    @Test(arguments: [-9_800.0, -592, 37_600, 47_129.859])
    func `one stamp far off does not bend the line`(seconds: Double) {
        var stamps = (0..<50).map { Int64?($0 * Self.frame) }
        stamps[20] = Int64(seconds * 90_000)
        let (placements, line) = place(stamps)
        #expect(placements.map(\.dts) == (0..<50).map { $0 * Self.frame })
        #expect(line.repairs.outliers == 1)
        #expect(placements.allSatisfy { $0.jump == nil })
    }

    @Test(arguments: [-600.0, -2, 3_600, 5])
    func `a clock that steps and stays is followed after three frames, and told`(seconds: Double) {
        let step = Int64(seconds * 90_000)
        let stamps = (0..<50).map { Int64?($0 * Self.frame + ($0 < 20 ? 0 : step)) }
        let (placements, line) = place(stamps)
        #expect(placements.map(\.dts) == (0..<50).map { $0 * Self.frame })
        let jumps = placements.compactMap(\.jump)
        #expect(jumps.count == 1)
        #expect(abs((jumps.first?.seconds ?? 0) - seconds) < 0.2)
        #expect(line.repairs.total == 0)
    }

    @Test func `a pause of the camera stays a pause`() {
        var line = line()
        _ = line.place(pts: 0, dts: 0, arrival: arrival(0))
        let placement = line.place(pts: 4 * 90_000, dts: 4 * 90_000, arrival: arrival(4))
        #expect(placement == .init(dts: 4 * 90_000, compositionOffset: 0, jump: nil))
    }

    @Test func `frames that a stalled network delivers in a bunch keep their distances`() {
        var line = line()
        for index in 0..<25 {
            let stamp = Int64(index) * Self.frame
            _ = line.place(pts: stamp, dts: stamp, arrival: arrival(Double(index) * 0.04))
        }
        for index in 25..<200 {
            let stamp = Int64(index) * Self.frame
            let placement = line.place(pts: stamp, dts: stamp, arrival: arrival(8))
            #expect(placement.dts == stamp)
        }
        #expect(line.repairs.total == 0)
    }

    @Test(arguments: [0.85, 1.15])
    func `a camera whose clock runs wrong is never taken for one that jumps`(speed: Double) {
        var line = line()
        for index in 0..<100_000 {
            let stamp = Int64(index) * Self.frame
            let placement = line.place(
                pts: stamp, dts: stamp, arrival: arrival(Double(index) * 0.04 / speed))
            #expect(placement.dts == stamp)
        }
        #expect(line.repairs.total == 0)
    }

    @Test func `a first key frame without a stamp lies one frame before the second`() {
        let (placements, _) = place([nil, 10_000, 13_600])
        #expect(placements.map(\.dts) == [0, 3_600, 7_200])
    }

    @Test func `frames in decoding order keep how much later they are shown`() {
        var line = Timeline(timescale: 90_000, rhythm: 3_600, reorderDepth: 2)
        let stamps: [(pts: Int64, dts: Int64)] = [
            (0, -7_200), (14_400, -3_600), (7_200, 0), (3_600, 3_600),
        ]
        let placements = stamps.enumerated().map {
            line.place(pts: $1.pts, dts: $1.dts, arrival: arrival(Double($0) * 0.04))
        }
        #expect(placements.map(\.dts) == [0, 3_600, 7_200, 10_800])
        #expect(placements.map(\.compositionOffset) == [7_200, 18_000, 7_200, 0])
    }

    @Test func `frames whose decoding time is not known yet are shown when they should`() {
        var line = Timeline(timescale: 90_000, rhythm: 3_600, reorderDepth: 2)
        let stamps: [(pts: Int64, dts: Int64?)] = [
            (0, nil), (10_800, nil), (3_600, 0), (7_200, 3_600), (14_400, 7_200),
        ]
        let placements = stamps.enumerated().map {
            line.place(pts: $1.pts, dts: $1.dts, arrival: arrival(Double($0) * 0.04))
        }
        let shown = placements.map { $0.dts + $0.compositionOffset }
        #expect(shown == stamps.map { $0.pts + 7_200 })
    }

    @Test(arguments: 0..<200)
    func `whatever a camera stamps, the line goes forward in bounded steps`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var line = line()
        var stamp: Int64 = .random(in: -1 << 40...1 << 40, using: &random)
        var time = 0.0
        var last: Int64 = -1
        for _ in 0..<500 {
            switch Int.random(in: 0..<12, using: &random) {
            case 0: stamp = .random(in: .min...(.max), using: &random)
            case 1: stamp &-= .random(in: 0...200_000, using: &random)
            case 2: stamp &+= .random(in: 0...2_000_000, using: &random)
            default: stamp &+= Self.frame
            }
            time += Double.random(in: 0...0.2, using: &random)
            let known = Int.random(in: 0..<10, using: &random) > 0
            let placement = line.place(
                pts: known ? stamp : nil, dts: known ? stamp : nil, arrival: arrival(time))
            #expect(placement.dts > last)
            #expect(placement.compositionOffset >= 0)
            // Never further ahead of the arrival clock than pauses and lies of a second allow.
            #expect(placement.dts - last <= 120 * Self.timescale)
            last = placement.dts
        }
    }
}
