import Platform

/// One line of the log, before anybody wrote it.
struct LogEntry: Sendable {
    var time: WallTime
    var level: LogLevel
    /// A sentence for people, the same for every repeat of the event.
    var message: String
    var event: EventName
    /// The camera's name, if it is about one.
    var camera: String?
    /// Facts of the event, in order, after the common keys.
    var fields: [JSON.Member] = []
    /// How many equal lines this one stands for.
    var count = 1

    /// The line of the log file: the predecessor's three keys, then ours.
    var line: String {
        var line: JSON = [
            "timestamp": JSON(LocalTimestamp(time).iso8601), "level": JSON(level.rawValue),
            "message": JSON(shownMessage), "event": JSON(event.rawValue),
        ]
        var members = line.members ?? []
        if let camera { members.append(JSON.Member(name: "camera", value: JSON(camera))) }
        if count > 1 { members.append(JSON.Member(name: "count", value: JSON(count))) }
        line.content = .object(members + fields)
        return Redaction.redacted(line.text)
    }

    /// The message with the number of its repeats: `... 14 times`.
    var shownMessage: String {
        count > 1
            ? "\(Redaction.redacted(message)) ... \(count) times" : Redaction.redacted(message)
    }
}
