import Platform

extension Timestamp {
    /// The instant as HTTP writes it, `Sun, 23 Feb 2025 09:00:00 GMT` (RFC 9110, 5.6.7).
    var httpDate: String {
        // 2025-02-23T09:00:00.000Z
        let text = Array(wall.utcText)
        let month = Int(String(text[5..<7])) ?? 1
        // 1970-01-01 was a Thursday.
        let day = (wall.nanoseconds / 86_400_000_000_000 + 4) % 7
        return
            "\(Self.days[Int((day + 7) % 7)]), \(String(text[8..<10])) \(Self.months[month - 1]) "
            + "\(String(text[0..<4])) \(String(text[11..<19])) GMT"
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
