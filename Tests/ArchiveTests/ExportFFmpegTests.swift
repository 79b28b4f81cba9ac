import Glibc
import ISOBMFF
import Platform
import TestSupport
import Testing

@testable import Archive

private let hasFFmpeg = system("ffmpeg -version >/dev/null 2>&1") == 0

/// FFmpeg as a second opinion on exports of real video.
@Suite(
    .serialized, .ownThread, .timeLimit(.minutes(2)),
    .enabled(if: hasFFmpeg, "ffmpeg is not installed"))
struct ExportFFmpegTests {
    private let volume = ExportVolume()

    private func tape(_ size: String = "64x48", _ frames: String = "-bf 0") throws -> ExportTape? {
        try ExportTape(
            ffmpeg: "-f lavfi -i testsrc2=size=\(size):rate=25 -f lavfi -i sine=r=8000 -t 8 "
                + "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 25 -sc_threshold 0 "
                + "\(frames) -c:a aac -b:a 16k",
            in: volume.folder)
    }

    private func output(of command: String) throws -> [String] {
        let path = volume.folder.file("output")
        _ = system("\(command) >'\(path)' 2>&1")
        return String(decoding: try Fixture.read(path), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    /// Times of the frames that a player shows.
    private func frameTimes(_ path: String) throws -> [Double] {
        try output(
            of: "ffprobe -v error -select_streams v -show_entries frame=pts_time "
                + "-of csv=p=0 '\(path)'"
        ).compactMap { line in Double(line.prefix { $0 != "," }) }
    }

    @Test(arguments: ["-bf 0", "-bf 2"])
    func `an export decodes without an error line`(frames: String) throws {
        guard let tape = try tape("64x48", frames) else { return }  // no libx264
        try volume.add(tape, 0..<3, at: 0)
        try volume.add(tape, 3..<8, at: 3)
        let file = try volume.export(0, 8)
        #expect(file.tracks[0].count == 200)
        let errors = try output(of: "ffmpeg -v error -i '\(file.result.path)' -f null -")
        #expect(errors == [])
        #expect(try frameTimes(file.result.path).count == 200)
    }

    @Test(arguments: ["-bf 0", "-bf 2"])
    func `an exact export begins with the frame at that time`(frames: String) throws {
        guard let tape = try tape("64x48", frames) else { return }  // no libx264
        try volume.add(tape, 0..<3, at: 0)
        try volume.add(tape, 3..<8, at: 3)
        let file = try volume.export(1.5, 6, exact: true)
        #expect(file.plan.lead < .milliseconds(40))
        let times = try frameTimes(file.result.path)
        let first = try #require(times.first)
        let last = try #require(times.last)
        #expect(abs(first) < 0.001, "\(times.prefix(5))")
        // 1.48 s is on the screen at 1.5 s, and the last frame before 6 s begins at 5.96 s.
        #expect(times.count == 113, "\(times.count) frames to \(last)")
        #expect(try output(of: "ffmpeg -v error -i '\(file.result.path)' -f null -") == [])
    }

    @Test func `a camera that changed its picture size plays on`() throws {
        guard let small = try tape() else { return }  // no libx264
        try volume.add(small, 0..<3, at: 0)
        guard let large = try tape("128x96") else { return }
        try volume.add(large, 3..<8, at: 3)
        let file = try volume.export(0, 8)
        #expect(file.tracks[0].count == 200)
        let sizes = try output(
            of: "ffprobe -v error -select_streams v -show_entries frame=width,height "
                + "-of csv=p=0 '\(file.result.path)'")
        #expect(sizes.first?.hasPrefix("64,48") == true)
        #expect(sizes.last?.hasPrefix("128,96") == true)
        #expect(sizes.count == 200)
    }
}
