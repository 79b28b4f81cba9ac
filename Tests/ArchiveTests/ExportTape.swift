import Glibc
import ISOBMFF
import Platform
import TestSupport

@testable import Archive

/// What a camera sent, from which clips are cut as a recorder would cut them.
struct ExportTape {
    struct Sample: Hashable {
        var track: UInt32
        var time: UInt64
        var duration: UInt32
        var compositionOffset: Int32
        var isSync: Bool
        var bytes: [UInt8]
    }

    /// `ftyp` and `moov` with `mvex`.
    let muxerBytes: [UInt8]
    let tracks: [TrackDescription]
    var samples: [Sample] = []

    /// Random samples: a key frame each second, 25 frames per second, sound where the boxes have it.
    init(seconds: Int, boxes: String = "h264-aac.init", seed: UInt64 = 1, size: Int = 60) throws {
        var random = SeededGenerator(seed: seed)
        muxerBytes = try Fixture.bytes("boxes/" + boxes)
        tracks = try Self.tracks(muxerBytes)
        for track in tracks {
            let step = track.isPrimary ? UInt64(track.timescale) / 25 : 1024
            let end = UInt64(seconds) * UInt64(track.timescale)
            for (number, time) in stride(from: 0, to: end, by: Int(step)).enumerated() {
                let isSync = !track.isPrimary || number % 25 == 0
                samples.append(
                    Sample(
                        track: track.id, time: time, duration: UInt32(step), compositionOffset: 0,
                        isSync: isSync,
                        bytes: random.bytes(Int.random(in: 8...size, using: &random))
                    ))
            }
        }
    }

    /// What ffmpeg makes of the arguments; nil where it cannot.
    init?(ffmpeg arguments: String, in folder: TemporaryDirectory) throws {
        let path = folder.file("source.mp4")
        let status = system(
            "ffmpeg -v error -y \(arguments) "
                + "-avoid_negative_ts disabled -use_editlist 0 -movflags empty_moov+default_base_moof+frag_keyframe '\(path)' 2>/dev/null"
        )
        guard status == 0 else { return nil }
        let file = try Fixture.read(path)
        var boxes: [(type: FourCC, range: Range<Int>)] = []
        var position = 0
        while position < file.count {
            let header = try file[position...].withUnsafeBytes { try BoxHeader($0) }
            let end = position + Int(header.byteCount ?? 0)
            boxes.append((header.type, position..<end))
            position = end
        }
        guard let head = boxes.first(where: { $0.type == "moov" })?.range.upperBound else {
            return nil
        }
        muxerBytes = Array(file[..<head])
        tracks = try Self.tracks(muxerBytes)
        for box in boxes where box.type == "moof" {
            let movie = try file[box.range].withUnsafeBytes { [tracks] in
                try MovieFragment($0, tracks: tracks)
            }
            for run in movie.runs { append(run, from: file, at: box.range.lowerBound) }
        }
    }

    private mutating func append(_ run: TrackRun, from file: [UInt8], at start: Int) {
        var position = start + run.dataOffset
        var time = run.baseDecodeTime
        for sample in run.samples {
            let end = position + Int(sample.size)
            samples.append(
                Sample(
                    track: run.trackID, time: time, duration: sample.duration,
                    compositionOffset: sample.compositionOffset, isSync: sample.isSync,
                    bytes: Array(file[position..<end])))
            position = end
            time += UInt64(sample.duration)
        }
    }

    private static func tracks(_ muxerBytes: [UInt8]) throws -> [TrackDescription] {
        let header = ClipHeader(
            cameraName: "", startUTC: 0, startMonotonic: 0, bootID: [], sequence: 0)
        return try muxerBytes.withUnsafeBytes {
            try InitSegment(muxerBytes: $0, header: header)
        }.tracks
    }

    /// The samples of one track from one time to another, in seconds.
    func samples(_ track: Int, _ seconds: Range<Double>) -> [Sample] {
        let description = tracks[track]
        let from = UInt64(seconds.lowerBound * Double(description.timescale))
        let to = UInt64(min(seconds.upperBound, 1e6) * Double(description.timescale))
        return samples.filter { $0.track == description.id && $0.time >= from && $0.time < to }
    }
}

/// A folder of clips that were cut from tapes.
final class ExportVolume {
    /// 2025-02-23T09:00:00Z.
    static let start = WallTime(nanoseconds: 1_740_301_200_000_000_000)
    let folder = TemporaryDirectory()
    private var sequence: UInt64 = 0

    /// What is unusual about a clip.
    struct Oddity {
        var camera = "yard"
        /// Seconds by which the wall clock is wrong.
        var clockError = 0.0
        /// How long the clip takes for each second of its media time.
        var slowness = 1.0
        var isOpen = false
        var boot: UInt8 = 1
        var isClockUncertain = false
    }

    /// Writes the part of `tape` from one second to another as a clip that began `at` seconds after
    /// `start`.
    func add(
        _ tape: ExportTape, _ seconds: Range<Double>, at offset: Double, _ odd: Oddity = Oddity()
    ) throws {
        sequence += 1
        let startUTC = Self.start + .nanoseconds(Int64((offset + odd.clockError) * 1e9))
        let startMonotonic = Int64((1000 + offset) * 1e9)
        let header = ClipHeader(
            cameraName: odd.camera, startUTC: startUTC.nanoseconds, startMonotonic: startMonotonic,
            bootID: [UInt8](repeating: odd.boot, count: 16), sequence: sequence,
            isClockUncertain: odd.isClockUncertain)
        let segment = try tape.muxerBytes.withUnsafeBytes {
            try InitSegment(muxerBytes: $0, header: header)
        }
        var file = segment.bytes
        var tables = SampleTables(tracks: segment.tracks)
        var builder = FragmentBuilder(tracks: segment.tracks)
        var second = seconds.lowerBound
        while second < seconds.upperBound {
            let piece = second..<min(second + 1, seconds.upperBound)
            for (index, track) in tape.tracks.enumerated() {
                let base = UInt64(seconds.lowerBound * Double(track.timescale))
                for sample in tape.samples(index, piece) {
                    sample.bytes.withUnsafeBytes { bytes in
                        _ = builder.append(
                            track: track.id, decodeTime: sample.time - base,
                            sample: TrackSample(
                                duration: sample.duration, size: UInt32(bytes.count),
                                compositionOffset: sample.compositionOffset, isSync: sample.isSync),
                            wallNanoseconds: startUTC.nanoseconds
                                + Int64((second - seconds.lowerBound) * odd.slowness * 1e9),
                            bytes: bytes)
                    }
                }
            }
            if let fragment = builder.flush() {
                try tables.append(fragment, at: UInt64(file.count))
                fragment.withBytes { file.append(contentsOf: $0) }
            }
            second += 1
        }
        if !odd.isOpen {
            let length = (seconds.upperBound - seconds.lowerBound) * odd.slowness
            let end = ClipEnd(
                tables: tables, endUTC: startUTC.nanoseconds + Int64(length * 1e9),
                endMonotonic: startMonotonic + Int64(length * 1e9), lostPacketCount: 2,
                timeRepairCount: 1, reason: .rotated)
            let finalization = try Finalization(
                initSegment: segment, tables: tables, end: end, endOffset: UInt64(file.count))
            file += finalization.tail
            file.replace(at: Int(finalization.headerOffset), with: finalization.header)
        }
        try write(file, "\(odd.camera)/2025-02-23/2025-02-23_10-00-00_\(sequence + 1).mp4")
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        var parent = ""
        for part in path.split(separator: "/").dropLast() {
            parent += (parent.isEmpty ? "" : "/") + part
            mkdir(folder.file(parent), 0o755)
        }
        guard let file = fopen(folder.file(path), "wb") else {
            throw SystemError(call: "fopen", subject: path)
        }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    /// An instant so many seconds after `start`.
    static func time(_ seconds: Double) -> WallTime {
        start + .nanoseconds(Int64((seconds * 1e9).rounded()))
    }

    static let origin = ExportManifest.Origin(
        program: "cctv test", command: "cctv export", created: start)

    /// Plans an export from one second to another.
    func prepare(
        _ from: Double, _ to: Double, exact: Bool = false, camera: String = "yard"
    ) throws -> PreparedExport {
        try Exporter(folder: folder.path).prepare(
            ExportRequest(
                camera: camera, range: Self.time(from)..<Self.time(to), isExact: exact))
    }

    /// Writes an export and reads it again.
    func export(_ from: Double, _ to: Double, exact: Bool = false) throws -> ExportedFile {
        let export = try prepare(from, to, exact: exact)
        let result = try export.write(
            to: folder.file("out.mp4"), replacing: true, origin: Self.origin)
        return try ExportedFile(export.plan, result)
    }
}

/// An export as a player sees it.
struct ExportedFile {
    struct Sample: Hashable {
        var time: UInt64
        var compositionOffset: Int32
        var isSync: Bool
        var bytes: [UInt8]
    }

    let plan: ExportPlan
    let result: ExportResult
    /// The top-level boxes.
    var boxes: [FourCC] = []
    var tracks: [[Sample]] = []
    var durations: [Double] = []

    init(_ plan: ExportPlan, _ result: ExportResult) throws {
        self.plan = plan
        self.result = result
        let file = try Fixture.read(result.path)
        var position = 0
        while position < file.count {
            let header = try file[position...].withUnsafeBytes { try BoxHeader($0) }
            boxes.append(header.type)
            let end = position + Int(header.byteCount ?? 0)
            if header.type == "moov" {
                let movie = try file[position..<end].withUnsafeBytes {
                    try MovieSamples.read(moov: $0, fileByteCount: UInt64(file.count))
                }
                durations = movie.map { Double($0.duration) / Double($0.timescale) }
                tracks = movie.map { track in
                    track.samples.map { sample in
                        let start = Int(sample.offset)
                        return Sample(
                            time: sample.decodeTime, compositionOffset: sample.compositionOffset,
                            isSync: sample.isSync,
                            bytes: Array(file[start..<start + Int(sample.size)]))
                    }
                }
            }
            position = end
        }
    }
}
