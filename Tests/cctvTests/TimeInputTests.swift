import Platform
import TestSupport
import Testing

@testable import cctv

struct TimeInputTests {
    /// Paris: an hour ahead of UTC in winter, two in summer.
    private struct Paris: Clocks {
        /// 2025-02-23T10:00:00+01:00.
        var wall = WallTime(nanoseconds: 1_740_301_200_000_000_000)
        var monotonic = MonotonicTime(nanoseconds: 0)

        func utcOffset(at time: WallTime) -> Int64 {
            let seconds = time.nanoseconds / 1_000_000_000
            let summers: [Range<Int64>] = [
                1_743_296_400..<1_761_440_400  // 2025-03-30T01:00Z to 2025-10-26T01:00Z
            ]
            return summers.contains { $0.contains(seconds) } ? 7200 : 3600
        }
    }

    private func seconds(_ text: String) throws -> Double {
        Double(try TimeInput(text, clocks: Paris()).time.nanoseconds) / 1e9
    }

    @Test(arguments: [
        ("2025-02-23 10:00", 1_740_301_200.0), ("2025-02-23 10:00:30", 1_740_301_230),
        ("2025-02-23T10:00:00.250", 1_740_301_200.25), ("2025-02-23", 1_740_265_200),
        ("2025-02-23T10:00:00+01:00", 1_740_301_200), ("2025-02-23T09:00:00Z", 1_740_301_200),
        ("2025-02-23 09:00Z", 1_740_301_200), ("2025-02-23T04:00-0500", 1_740_301_200),
        ("2025-07-01 12:00", 1_751_364_000), ("09:59:30", 1_740_301_170),
        ("yesterday 17:30", 1_740_241_800), ("today 00:00", 1_740_265_200),
        ("Yesterday", 1_740_178_800), ("now", 1_740_301_200),
        ("10 minutes ago", 1_740_300_600), ("1 hour ago", 1_740_297_600),
        ("90 seconds ago", 1_740_301_110), ("2 days ago", 1_740_128_400),
    ])
    func `a time is what a person means by it`(_ text: String, _ expected: Double) throws {
        #expect(abs(try seconds(text) - expected) < 0.001)
        #expect(try TimeInput(text, clocks: Paris()).note == nil)
    }

    @Test func `an hour that comes twice is the first one, and that is said`() throws {
        let input = try TimeInput("2025-10-26 02:30", clocks: Paris())
        #expect(input.time.nanoseconds == 1_761_438_600_000_000_000)  // 00:30 UTC
        #expect(input.note?.contains("comes twice") == true)
        #expect(input.note?.contains("+01:00") == true)
        #expect(
            try seconds("2025-10-26T02:30+01:00") == 1_761_442_200, "a zone leaves no choice")
    }

    @Test func `an hour that is left out is read as if the clocks had not gone`() throws {
        let input = try TimeInput("2025-03-30 02:30", clocks: Paris())
        #expect(input.time.nanoseconds == 1_743_298_200_000_000_000)  // 01:30 UTC
        #expect(input.note?.contains("left out") == true)
    }

    @Test(arguments: [
        "2025-03-30 01:59", "2025-03-30 03:00", "2025-10-26 01:59", "2025-10-26 03:00",
    ])
    func `hours beside the change are plain`(_ text: String) throws {
        let input = try TimeInput(text, clocks: Paris())
        #expect(input.note == nil)
        let local = input.time + .seconds(Paris().utcOffset(at: input.time))
        let word = text.split(separator: " ")[1]
        #expect(
            CivilTime.nanoseconds(String(word)) == local.nanoseconds % 86_400_000_000_000)
    }

    @Test(arguments: [
        "", "soon", "25:00", "10:60", "2025-02-29", "2025-13-01 10:00", "2025-02-23 10",
        "2025-02-23 10:00 pm", "10 parsecs ago", "-5 minutes ago", "2025-02-23T10:00:00+1",
        "2025-02-23T10:00:00Zulu", "tomorrow", "١٠:٠٠",
    ])
    func `what is no time is told with the forms that are`(_ text: String) {
        let error = #expect(throws: TimeInputError.self) {
            try TimeInput(text, clocks: Paris())
        }
        #expect(error?.description.contains("10 minutes ago") == true)
    }

    @Test func `a range that runs backwards is refused`() {
        #expect(throws: CommandFailure.self) {
            try TimeRange.read(from: "10:00", to: "09:00", clocks: Paris())
        }
    }
}
