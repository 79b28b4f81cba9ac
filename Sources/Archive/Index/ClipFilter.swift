import Platform

/// Which rows of the index a question is about, as a clause of SQL and the values in it.
struct ClipFilter {
    private var conditions: [String] = []
    private(set) var values: [DatabaseValue] = []

    /// No clip is longer than its file may hold, and a day is more than that; so bounded from below,
    /// clips can be searched by their start.
    private static let longest = Duration.seconds(2 * 86_400)

    /// Clips of some cameras, or of all, with a picture at or after one time and before another.
    init(cameras: [String]? = nil, from: WallTime? = nil, to: WallTime? = nil) {
        if let cameras {
            let marks = cameras.map { _ in "?" }.joined(separator: ", ")
            add(
                "camera IN (\(marks))",
                cameras.map { .text($0 == CatalogClip.unnamedCamera ? "" : $0) })
        }
        if let from {
            add(
                "start_utc >= ? AND (until_utc > ? OR state = 0)",
                [from + (.zero - Self.longest), from].map { .integer($0.nanoseconds) })
        }
        if let to { add("start_utc < ?", [.integer(to.nanoseconds)]) }
    }

    /// ` WHERE ...`, or nothing.
    var clause: String {
        conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    }

    /// Asks for one thing more.
    mutating func add(_ condition: String, _ values: [DatabaseValue] = []) {
        conditions.append(condition)
        self.values += values
    }
}
