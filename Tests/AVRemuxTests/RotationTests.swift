import Platform
import Testing

@testable import AVRemux

@Suite struct RotationTests {
    private func wall(_ seconds: Int64) -> WallTime {
        WallTime(nanoseconds: seconds * 1_000_000_000)
    }

    @Test func `clips of ten minutes end on the clock`() {
        let rotation = Rotation(interval: .seconds(600), isAligned: true)
        // 2025-02-23T10:03:17Z
        let boundary = rotation.boundary(ofClipStartedAt: wall(1_740_304_997), utcOffset: 0)
        #expect(boundary == wall(1_740_305_400))
    }

    @Test func `a clip that begins on its boundary lasts a whole interval`() {
        let rotation = Rotation(interval: .seconds(600), isAligned: true)
        let boundary = rotation.boundary(ofClipStartedAt: wall(1_740_305_400), utcOffset: 0)
        #expect(boundary == wall(1_740_306_000))
    }

    @Test func `hours are those of the local clock, also where it is half an hour off`() {
        let rotation = Rotation(interval: .seconds(3_600), isAligned: true)
        let boundary = rotation.boundary(ofClipStartedAt: wall(1_740_304_997), utcOffset: 19_800)
        // 15:33:17 in India; the next full hour there is 10:30 in UTC.
        #expect(boundary == wall(1_740_306_600))
    }

    @Test func `without the clock a clip lasts as long as it is told`() {
        let rotation = Rotation(interval: .seconds(600), isAligned: false)
        #expect(rotation.boundary(ofClipStartedAt: wall(17), utcOffset: 3_600) == wall(617))
    }

    @Test(arguments: [Int64(-1), -600, -601, 0, 599])
    func `a clock before 1970 has boundaries too`(seconds: Int64) {
        let rotation = Rotation(interval: .seconds(600), isAligned: true)
        let start = wall(seconds)
        let boundary = rotation.boundary(ofClipStartedAt: start, utcOffset: 0)
        #expect(boundary > start)
        #expect(boundary - start <= .seconds(600))
        #expect(boundary.nanoseconds % 600_000_000_000 == 0)
    }
}
