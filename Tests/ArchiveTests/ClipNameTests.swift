import Glibc
import Platform
import Testing

@testable import Archive

struct ClipNameTests {
    private static let noon = WallTime(nanoseconds: 1_740_308_400_000_000_000)

    @Test func `a clip carries the hour of the zone it was recorded in`() async {
        await #expect(processExitsWith: .success) {
            setenv("TZ", "Asia/Tokyo", 1)
            let name = ClipName(camera: "entrance", start: Self.noon)
            try #require(name.path(attempt: 1) == "entrance/2025-02-23/2025-02-23_20-00-00.mp4")
        }
        await #expect(processExitsWith: .success) {
            setenv("TZ", "Europe/Paris", 1)
            let name = ClipName(camera: nil, start: Self.noon)
            try #require(name.path(attempt: 1) == "2025-02-23/2025-02-23_12-00-00.mp4")
        }
    }

    @Test
    func `the hour that autumn repeats gives the same name twice and the next attempt another`()
        async
    {
        await #expect(processExitsWith: .success) {
            setenv("TZ", "Europe/Paris", 1)
            // 2026-10-25T00:30:00Z and an hour later: half past two in Paris, twice.
            let first = ClipName(
                camera: nil, start: WallTime(nanoseconds: 1_792_888_200_000_000_000))
            let second = ClipName(
                camera: nil, start: WallTime(nanoseconds: 1_792_891_800_000_000_000))
            try #require(first.path(attempt: 1) == "2026-10-25/2026-10-25_02-30-00.mp4")
            try #require(first == second)
            try #require(second.path(attempt: 2) == "2026-10-25/2026-10-25_02-30-00_2.mp4")
        }
    }

    @Test func `a name shows the second that an instant lies in`() async {
        await #expect(processExitsWith: .success) {
            setenv("TZ", "UTC", 1)
            let last = ClipName(
                camera: nil, start: WallTime(nanoseconds: 1_740_308_399_999_999_999))
            try #require(last.stem == "2025-02-23_10-59-59")
            let before = ClipName(camera: nil, start: WallTime(nanoseconds: -1))
            try #require(before.stem == "1969-12-31_23-59-59")
        }
    }

    @Test(arguments: [
        "2025-02-23_10-00-00.mp4", "2025-02-23_10-00-00_2.mp4", "2025-02-23_10-00-00_117.mp4",
    ])
    func `own names are known again`(name: String) { #expect(ClipName.isClip(name)) }

    @Test(arguments: [
        "holiday.mp4", "2025-02-23_10-00-00.mkv", "2025-02-23_10-00-00_.mp4",
        "2025-02-23_10-00-00_a.mp4", "2025-02-23 10-00-00.mp4", "2025-02-23_10-00-00.mp4.part",
        "2025-02-2x_10-00-00.mp4", ".mp4", "2025-02-23_10-00-00.mp4.quarantined",
    ])
    func `other names are not taken for clips`(name: String) { #expect(!ClipName.isClip(name)) }
}
