import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

/// The log's files, read backwards by somebody who looks for what was.
struct LogHistoryTests {
    private let folder = TemporaryDirectory()
    private var path: String { folder.file("log.json") }

    private func line(_ number: Int, _ level: LogLevel = .info) -> String {
        LogEntry(
            time: WallTime(nanoseconds: 1_740_301_200_000_000_000) + .seconds(Int64(number)),
            level: level, message: "line \(number)", event: .cameraRecording, camera: "yard"
        ).line
    }

    private func write(_ numbers: Range<Int>, to path: String) throws {
        let text = numbers.map { line($0, $0 % 10 == 0 ? .warning : .info) + "\n" }.joined()
        try Files.replace(path, with: Array(text.utf8), mode: 0o600)
    }

    private func end(of path: String) throws -> LogHistory.Place {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return LogHistory.Place(file: UInt64(status.st_ino), offset: Int64(status.st_size))
    }

    /// The numbers of all lines that some questions in a row find.
    private func walk(
        _ filter: LogRing.Filter, from place: LogHistory.Place, between: () -> Void = {}
    ) throws -> [Int] {
        var numbers: [Int] = []
        var next: LogHistory.Place? = place
        while let at = next {
            let page = try LogHistory(path: path).lines(filter, before: at)
            #expect(page.lines.count <= filter.limit)
            numbers += page.lines.compactMap { Int($0.message.dropFirst(5)) }
            next = page.next
            between()
        }
        return numbers
    }

    @Test func `every line of every file is found once, the newest first`() throws {
        try write(0..<3000, to: path + ".2")
        try write(3000..<6000, to: path + ".1")
        try write(6000..<8000, to: path)
        for limit in [7, 500, 1000] {
            var filter = LogRing.Filter()
            filter.limit = limit
            #expect(try walk(filter, from: end(of: path)) == Array((0..<8000).reversed()))
        }
    }

    @Test func `a file that is renamed meanwhile is read on where it was left`() throws {
        try write(0..<1000, to: path + ".1")
        try write(1000..<2000, to: path)
        var filter = LogRing.Filter()
        filter.limit = 300
        let start = try end(of: path)
        var isRotated = false
        let found = try walk(filter, from: start) {
            guard !isRotated else { return }
            isRotated = true
            rename(path + ".1", path + ".2")
            rename(path, path + ".1")
            try? write(2000..<2010, to: path)
        }
        #expect(found == Array((0..<2000).reversed()))
    }

    @Test func `level, camera and text choose`() throws {
        try write(0..<2000, to: path)
        var filter = LogRing.Filter()
        filter.level = .warning
        filter.search = "LINE 19"
        #expect(
            try walk(filter, from: end(of: path)) == [
                1990, 1980, 1970, 1960, 1950, 1940, 1930, 1920, 1910, 1900, 190,
            ])
        filter.camera = "nobody"
        #expect(try walk(filter, from: end(of: path)) == [])
    }

    @Test func `torn lines, other files and places that are gone are left out`() throws {
        let text = "torn\n\(line(1))\n{\"level\":\n\n\(line(2))\n\(line(3))"
        try Files.replace(path, with: Array(text.utf8), mode: 0o600)
        #expect(try walk(LogRing.Filter(), from: end(of: path)) == [3, 2, 1])
        let gone = LogHistory.Place(file: 1, offset: 10)
        #expect(try LogHistory(path: path).lines(LogRing.Filter(), before: gone).next == nil)
        for text in ["", "1", "1-", "-1-2", "1--2", "a-b", "1-2-3"] {
            #expect(LogHistory.Place(text) == nil)
        }
    }
}
