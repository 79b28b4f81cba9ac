import Glibc
import Platform
import TestSupport
import Testing

@testable import Console

/// The text of `/metrics`, judged by Prometheus' own tool, and the files that speak of it.
struct MetricTests {
    private static let root = Fixture.project

    private func text(_ path: String) throws -> String {
        String(decoding: try Fixture.read("\(Self.root)/\(path)"), as: UTF8.self)
    }

    private static let page: MetricPage = {
        let time = Timestamp(WallTime(nanoseconds: 1_740_304_800_250_000_000))
        func camera(_ name: String, _ state: CameraReport.State) -> CameraReport {
            CameraReport(
                name: name, state: state, url: "rtsp://192.0.2.1/", lastVideo: time,
                clip: .init(id: 1, path: "x.mp4", start: time), frames: 250, bytes: 1_000_000,
                sessions: 3, lostPackets: 2, droppedFrames: 0, timeRepairs: 1)
        }
        var counters = RecorderCounters()
        counters.packets = ["yard": 900]
        counters.gapSeconds = ["yard": ["stalled": 1.25, "connecting": 0]]
        counters.deletedClips = ["folder-limit": 2, "age": 1]
        counters.writtenBytes = 1 << 40
        counters.writes = .init(bounds: [0.001, 0.5], counts: [5, 2, 1], sum: 3.5)
        counters.liveViewers = 0
        counters.liveDroppedFragments = 0
        return MetricPage(
            status: RecorderStatus(
                state: .recording, recording: true, version: "1.0 \"x\"\\", pid: 1, started: time,
                now: time, timeZone: "UTC", clockTrusted: true, outputFolder: "/r",
                queuedBytes: 10, volume: .init(ok: true),
                cameras: [camera("yard", .recording), camera("gate", .waiting)], problems: []),
            storage: StorageReport(
                folder: "/r", usedBytes: 1, limitBytes: 2, freeBytes: 3, totalBytes: 4,
                reservedBytes: 0, protectedBytes: 0, exportBytes: 0, oldest: time, cameras: [],
                deletions: []),
            counters: counters, process: .ofThisProcess())
    }()

    @Test func `every metric is in the text, with help and type`() {
        let lines = Self.page.text.split(separator: "\n")
        for metric in Metric.all {
            #expect(lines.contains { $0.hasPrefix("# HELP \(metric.name) ") }, "\(metric.name)")
            #expect(lines.contains("# TYPE \(metric.name) \(metric.kind.rawValue)"))
        }
        #expect(Set(Metric.all.map(\.name)).count == Metric.all.count)
    }

    @Test func `the values are those of the recorder`() {
        let lines = Set(Self.page.text.split(separator: "\n").map(String.init))
        for line in [
            #"cctv_build_info{version="1.0 \"x\"\\"} 1"#,
            #"cctv_camera_up{camera="yard"} 1"#, #"cctv_camera_up{camera="gate"} 0"#,
            #"cctv_camera_last_packet_timestamp_seconds{camera="yard"} 1740304800.25"#,
            #"cctv_camera_reconnects_total{camera="yard"} 2"#,
            #"cctv_camera_packets_total{camera="yard"} 900"#,
            #"cctv_camera_gap_seconds_total{camera="yard",cause="stalled"} 1.25"#,
            #"cctv_camera_gap_seconds_total{camera="yard",cause="connecting"} 0"#,
            #"cctv_storage_deleted_clips_total{reason="age"} 1"#,
            "cctv_recording_written_bytes_total 1099511627776",
            #"cctv_recording_write_duration_seconds_bucket{le="0.5"} 7"#,
            #"cctv_recording_write_duration_seconds_bucket{le="+Inf"} 8"#,
            "cctv_recording_write_duration_seconds_count 8",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(!lines.contains { $0.hasPrefix(#"cctv_camera_packets_total{camera="gate""#) })
    }

    @Test func `the kernel's line of a process is read whatever its name`() {
        let line =
            "42 (a) b (c) S 1 2 3 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 7 0 1000 8192 3 1844674"
        let facts = ProcessFacts(stat: line, bootTime: 100, ticksPerSecond: 100, pageSize: 4096)
        #expect(facts.cpuSeconds == 2)
        #expect(facts.threads == 7)
        #expect(facts.startTime == 110)
        #expect(facts.virtualBytes == 8192)
        #expect(facts.residentBytes == 12_288)
        let own = ProcessFacts.ofThisProcess()
        #expect(own.residentBytes.map { $0 > 1_000_000 } == true)
        #expect(own.descriptors.map { $0 >= 3 } == true)
    }

    @Test func `Prometheus' own tool finds nothing to object to`() throws {
        let (status, output) = try promtool("check metrics", input: Self.page.text)
        #expect(status == 0, "\(output)")
    }

    @Test func `the shipped alert rules hold and speak of metrics that there are`() throws {
        let path = "Packaging/prometheus/alerts.yml"
        let (status, output) = try promtool("check rules '\(Self.root)/\(path)'", input: "")
        #expect(status == 0, "\(output)")
        #expect(unknown(in: try text(path)) == [])
    }

    @Test func `the dashboard speaks of metrics that there are`() throws {
        let dashboard = try text("Packaging/grafana/dashboard.json")
        #expect(dashboard.contains("cctv_camera_recording"))
        #expect(unknown(in: dashboard) == [])
    }

    @Test func `the reference has a true row for every metric`() throws {
        let page = try text("docs/reference/metrics.md")
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
        #expect(
            rows
                == Metric.all.map { "| `\($0.name)` | \($0.kind.rawValue) | \($0.help) |" })
    }

    /// Names in a text that look like ours and are not.
    private func unknown(in text: String) -> [String] {
        let known = Set(
            Metric.all.flatMap { metric in
                metric.kind == .histogram
                    ? ["_bucket", "_sum", "_count"].map { metric.name + $0 } : [metric.name]
            })
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        return Set(words.filter { $0.hasPrefix("cctv_") || $0.hasPrefix("process_") })
            .subtracting(known).sorted()
    }

    /// Runs promtool; what it says, its errors among it.
    private func promtool(_ arguments: String, input: String) throws -> (Int32, String) {
        let folder = TemporaryDirectory()
        let file = folder.file("input")
        let descriptor = try OwnedDescriptor.open(file, O_WRONLY | O_CREAT)
        _ = input.withCString { write(descriptor.number, $0, strlen($0)) }
        let stream = try #require(popen("promtool \(arguments) <'\(file)' 2>&1", "r"))
        var output: [UInt8] = []
        while case let byte = getc(stream), byte != EOF { output.append(UInt8(byte)) }
        return (pclose(stream), String(decoding: output, as: UTF8.self))
    }
}
