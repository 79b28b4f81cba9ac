import Console
import Platform
import Testing

struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0),
        ("2025-02-23T09:00:00.000Z", 1_740_301_200_000),
        ("2025-02-23T10:00:00+01:00", 1_740_301_200_000),
        ("2024-02-29T23:59:59.999-03:30", 1_709_263_799_999),
        ("2100-03-01T00:00:00Z", 4_107_542_400_000),
    ])
    func `a time is read whatever its offset`(text: String, milliseconds: Int64) {
        #expect(Timestamp(text)?.wall == WallTime(nanoseconds: milliseconds * 1_000_000))
    }

    @Test(arguments: [
        "", "now", "2025-02-23", "2025-02-23T09:00:00", "2025-02-30T09:00:00Z",
        "2025-13-01T00:00:00Z", "2025-02-23T24:00:00Z", "2025-02-23T09:00:00.Z",
        "2025-02-23T09:00:00Z ", "9999-01-01T00:00:00Z", "2025-02-23T09:00:00+1:00",
    ])
    func `what is no time is refused`(text: String) { #expect(Timestamp(text) == nil) }

    @Test func `every written time is read back`() {
        for day in stride(from: Int64(0), to: 100_000, by: 17) {
            let time = WallTime(nanoseconds: (day * 86_400_000 + day % 86_400_000) * 1_000_000)
            #expect(WallTime(rfc3339: time.utcText) == time)
        }
    }
}
