/// One thing that the doctor has to say, and what to do about it.
struct Finding: Equatable, Sendable {
    /// How grave it is.
    enum Level: String, Comparable, Sendable {
        case good
        case note
        case bad

        private var rank: Int { self == .good ? 0 : self == .note ? 1 : 2 }
        static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
    }

    let level: Level
    /// A stable name for scripts: `key-frames`, `loss-udp`.
    let code: String
    /// What was found.
    let text: String
    /// What to do about it; empty if nothing.
    let advice: String

    init(_ level: Level, _ code: String, _ text: String, advice: String = "") {
        self.level = level
        self.code = code
        self.text = text
        self.advice = advice
    }

    /// A line for people, and one with the advice.
    var lines: [String] {
        let sign = level == .good ? "ok  " : level == .note ? "note" : "bad "
        return ["  \(sign)  \(text)"] + (advice.isEmpty ? [] : ["        -> \(advice)"])
    }

    /// The same for scripts.
    var json: JSON {
        [
            "level": JSON(level.rawValue), "code": JSON(code), "text": JSON(text),
            "advice": JSON(advice),
        ]
    }
}
