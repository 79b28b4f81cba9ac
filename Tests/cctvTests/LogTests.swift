import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

struct LogTests {
    private let folder = TemporaryDirectory()
    private let clocks = ManualClocks()

    private func entry(
        _ message: String = "The camera does not answer", camera: String? = "door",
        event: EventName = .cameraDisconnected, level: LogLevel = .info
    ) -> LogEntry {
        LogEntry(time: clocks.wall, level: level, message: message, event: event, camera: camera)
    }

    private func lines(_ name: String) -> [String] {
        let bytes = (try? WholeFile.read(folder.file(name), limit: 64 << 20)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func `the newest lines are kept, in their order`() {
        let ring = LogRing()
        let last = Int64(LogRing.capacity + 10)
        for _ in 1...last { ring.append(entry()) }
        var filter = LogRing.Filter()
        filter.limit = .max
        #expect(ring.lines(filter).lines.map(\.position) == (11...last).reversed())
    }

    @Test func `a line begins with the predecessor's three keys, then event, camera and facts`()
        throws
    {
        var entry = entry("Starting new recording: a.mp4", event: .clipOpened)
        entry.fields = [JSON.Member(name: "bytes", value: 7)]
        let json = try JSONReader.read(Array(entry.line.utf8))
        #expect(
            json.members?.map(\.name)
                == ["timestamp", "level", "message", "event", "camera", "bytes"])
        #expect(json["level"]?.string == "INFO" && json["event"]?.string == "clip.opened")
    }

    @Test func `the time is local with its offset`() {
        let zone = getenv("TZ").map { String(cString: $0) }
        setenv("TZ", "Europe/Paris", 1)
        defer { if let zone { setenv("TZ", zone, 1) } else { unsetenv("TZ") } }
        let time = LocalTimestamp(WallTime(nanoseconds: 1_740_301_200_123_000_000))
        #expect(time.iso8601 == "2025-02-23T10:00:00.123+01:00")
        #expect(time.timeOfDay == "10:00:00")
    }

    @Test func `repeats are told once and then as a number`() {
        var folder = RepeatFolder()
        #expect(folder.admit(entry(level: .error), at: clocks.monotonic).count == 1)
        for _ in 0..<14 {
            clocks.advance(by: .seconds(2))
            #expect(folder.admit(entry(level: .error), at: clocks.monotonic).isEmpty)
            let other = folder.admit(entry(camera: nil, level: .error), at: clocks.monotonic)
            #expect(other.count <= 1)
        }
        clocks.advance(by: .seconds(60))
        let sums = folder.take(endedBy: clocks.monotonic)
        #expect(sums.map(\.shownMessage).contains("The camera does not answer ... 14 times"))
        #expect(sums.first?.line.contains(#""count":"#) == true)
        #expect(folder.nextDue == nil)
    }

    @Test func `the program's end is the last line, whatever was counted until then`() {
        var folder = RepeatFolder()
        for _ in 0..<3 { _ = folder.admit(entry(level: .error), at: clocks.monotonic) }
        let lines = folder.admit(entry(event: .programStopped), at: clocks.monotonic)
        #expect(lines.map(\.event) == [.cameraDisconnected, .programStopped])
        #expect(folder.takeAll().isEmpty)
    }

    @Test func `changes of state are told at once, however often`() {
        var folder = RepeatFolder()
        for _ in 0..<3 { #expect(folder.admit(entry(), at: clocks.monotonic).count == 1) }
        #expect(folder.takeAll().isEmpty)
    }

    @Test func `a different camera, level or message is no repeat`() {
        var folder = RepeatFolder()
        var warning = entry()
        warning.level = .warning
        for other in [entry(), entry(camera: "yard"), entry("else"), warning] {
            #expect(folder.admit(other, at: clocks.monotonic).count == 1)
        }
        #expect(folder.takeAll().isEmpty)
    }

    @Test func `a full log becomes .1 and three old ones are kept`() {
        var file = LogFile(path: folder.file("log"), limit: 100)
        for number in 0..<60 {
            #expect(file.append("line \(number) of twenty b.", at: clocks.monotonic) == nil)
        }
        #expect(folder.names() == ["log", "log.1", "log.2", "log.3"])
        #expect(lines("log").last == "line 59 of twenty b.")
        let kept = ["log.3", "log.2", "log.1", "log"].flatMap(lines)
        #expect(kept == (60 - kept.count..<60).map { "line \($0) of twenty b." })
        #expect(lines("log.1").map(\.utf8.count).reduce(0) { $0 + $1 + 1 } <= 100)
    }

    @Test func `a log that cannot be written is told once, tried again, and its loss counted`() {
        #expect(mkdir(folder.file("log"), 0o700) == 0)
        var file = LogFile(path: folder.file("log"))
        guard case .failed = file.append("a", at: clocks.monotonic) else {
            Issue.record("the failure was not told")
            return
        }
        #expect(file.append("b", at: clocks.monotonic) == nil)
        clocks.advance(by: .seconds(11))
        #expect(file.append("c", at: clocks.monotonic) == nil)
        rmdir(folder.file("log"))
        clocks.advance(by: .seconds(11))
        #expect(file.append("d", at: clocks.monotonic) == .recovered(lost: 3))
        #expect(lines("log") == ["d"])
    }

    @Test func `a log whose disk is gone is not made anew in the empty mount point`() {
        var file = LogFile(path: folder.file("log"))
        #expect(file.append("a", at: clocks.monotonic) == nil)
        file.hold()
        #expect(unlink(folder.file("log")) == 0)
        #expect(file.append("b", at: clocks.monotonic) == nil)
        #expect(folder.names().isEmpty)
        #expect(file.release(at: clocks.monotonic) == nil)
        #expect(lines("log") == ["b"])
    }

    @Test func `a full disk costs its lines and nothing else`() throws {
        var file = LogFile(path: "/dev/full")
        guard case .failed(let error) = file.append("a", at: clocks.monotonic) else {
            Issue.record("the failure was not told")
            return
        }
        #expect(error.code == ENOSPC)
    }

    @Test(.timeLimit(.minutes(5)))
    func `lines of many threads all arrive, and close waits for the last`() throws {
        let log = try Log(path: folder.file("log"), level: .info, screen: nil, clocks: clocks)
        let threads = try (0..<4).map { writer in
            try NamedThread(name: "writer") {
                for line in 0..<200 { log.write(.info, .clipOpened, "line \(writer)/\(line)") }
            }
        }
        for thread in threads { thread.join() }
        log.write(.debug, .clipOpened, "below the level")
        log.close()
        log.write(.info, .clipOpened, "too late")
        #expect(lines("log").count == 800)
        #expect(lines("log").allSatisfy { (try? JSONReader.read(Array($0.utf8))) != nil })
    }

    @Test func `the journal gets a priority, a terminal no control characters of a camera`() {
        #expect(LogScreen.journal.line(entry()) == "<6>[door] The camera does not answer")
        let hostile = LogScreen.plain.line(entry("evil \u{1B}[2J\nINFO forged"))
        #expect(!hostile.contains("\u{1B}") && !hostile.contains("\n"))
        #expect(LogScreen.terminal.line(entry()).contains("[door] The camera"))
    }

    @Test func `a log that is not the journal is not written as for it`() {
        #expect(LogScreen.detect(environment: ["JOURNAL_STREAM": "1:2"]) != .journal)
    }
}
