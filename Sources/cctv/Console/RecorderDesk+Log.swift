import Console
import Glibc
import Platform

// The log: its last lines, and its file.
extension RecorderDesk {
    func log(_ query: LogQuery) async throws(RecorderFailure) -> LogPage {
        var filter = LogRing.Filter()
        if let word = query.level {
            guard let level = LogLevel(rawValue: word.uppercased()) else {
                throw RecorderFailure(
                    .invalid, code: "log.level",
                    "The level is DEBUG, INFO, WARNING or ERROR.", field: "level")
            }
            filter.level = level
        }
        filter.search = query.search.flatMap { $0.isEmpty ? nil : $0 }
        filter.camera = query.camera
        filter.before = query.before ?? .max
        filter.limit = min(max(query.limit, 1), 1000)
        if let text = query.older { return try await history(filter, before: text) }
        let (lines, hasMore) = parts.log.recent.lines(filter)
        return LogPage(
            lines: lines.map(LogLine.init), next: hasMore ? lines.last?.position : nil,
            older: hasMore ? nil : parts.log.recent.beginning?.text)
    }

    /// Lines of before this run, and those that are too old to be remembered, from the log's files.
    private func history(
        _ filter: LogRing.Filter, before text: String
    ) async throws(RecorderFailure) -> LogPage {
        guard let place = LogHistory.Place(text) else {
            throw RecorderFailure(
                .invalid, code: "log.older", "'older' is no place in the log.", field: "older")
        }
        let history = LogHistory(path: board.facts.settings.logFile)
        return try await chores.ask { _ throws(RecorderFailure) in
            do throws(SystemError) {
                let page = try history.lines(filter, before: place)
                return LogPage(lines: page.lines.map(LogLine.init), older: page.next?.text)
            } catch {
                throw RecorderFailure(
                    .unavailable, code: "log.unavailable",
                    "The log's files cannot be read now: \(error)")
            }
        }
    }

    func logFile() async throws(RecorderFailure) -> ServedFile {
        let path = board.facts.settings.logFile
        return try await reading.ask { _ throws(RecorderFailure) in
            let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            var status = stat()
            guard number >= 0, fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG
            else {
                let error = SystemError(call: "open", subject: path)
                if number >= 0 { close(number) }
                throw RecorderFailure(
                    .unavailable, code: "log.unavailable",
                    "The log file cannot be read now: \(error)")
            }
            let modified = WallTime(
                nanoseconds: Int64(status.st_mtim.tv_sec) * 1_000_000_000
                    + Int64(status.st_mtim.tv_nsec))
            return ServedFile(
                descriptor: number, length: Int64(status.st_size),
                entityTag: "\(status.st_ino)-\(status.st_size)",
                mediaType: "application/x-ndjson",
                name: path.split(separator: "/").last.map(String.init) ?? "log.json",
                modified: Timestamp(modified), grows: true)
        }
    }
}

extension LogLine {
    /// A line in the console's words.
    init(_ line: LogRing.Line) {
        self.init(
            position: line.position, time: Timestamp(line.entry.time),
            level: line.entry.level.rawValue, event: line.entry.event.rawValue,
            camera: line.entry.camera, message: line.entry.message)
    }

    /// A line of a file in the console's words.
    init(_ line: LogHistory.Line) {
        self.init(
            position: 0, time: Timestamp(line.time), level: line.level.rawValue,
            event: line.event, camera: line.camera, message: line.message)
    }
}
