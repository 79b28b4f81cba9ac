import Glibc
import ISOBMFF
import Platform
import TestSupport
import Testing

@testable import Archive

/// A clip's key frames as a movie of its length.
struct ClipKeyMovieTests {
    private let folder = TemporaryDirectory()

    /// Of key frames 200 ms apart those stay that are half a second from the one before.
    @Test(arguments: [false, true])
    func `open and final clips give key frames at their times, each until the next`(
        isFinal: Bool
    ) throws {
        let clip = try TestClip(seed: 3)
        let bytes = isFinal ? try clip.finalBytes : clip.openBytes
        let (path, file) = try write(bytes)
        defer { close(file.descriptor) }
        let movie = try #require(try ClipKeyMovie.read(file, path: path))
        let keys = clip.given.filter { $0.track == 1 && $0.isSync }
        #expect(
            movie.pictures.map { Array(bytes[Int($0.lowerBound)..<Int($0.upperBound)]) }
                == [keys[0].bytes, keys[3].bytes])
        let count = UInt64(movie.header.count) + movie.pictures.reduce(0) { $0 + UInt64($1.count) }
        let track = try movie.header.withUnsafeBytes { header in
            try #require(try MovieSamples.read(moov: moov(header), fileByteCount: count).first)
        }
        #expect(track.samples.map(\.offset).first == UInt64(movie.header.count))
        #expect(track.samples.filter { !$0.isSync }.isEmpty)
        let original = try #require(
            clip.segment.tracks.first { $0.isPrimary }.map { Double($0.timescale) })
        let first = try #require(track.samples.first), last = try #require(track.samples.last)
        let distance = Double(last.decodeTime - first.decodeTime) / original
        #expect(abs(distance - 0.6) < 0.001)
        #expect(abs(Double(track.duration) / original - 0.8) < 0.05, "the clip's own length")
    }

    @Test func `a clip without a fragment has none, what is no clip is an error`() throws {
        let (path, file) = try write(try TestClip(seed: 5).segment.bytes)
        defer { close(file.descriptor) }
        #expect(try ClipKeyMovie.read(file, path: path) == nil)
        let (noise, other) = try write(Array("no clip".utf8))
        defer { close(other.descriptor) }
        #expect(throws: SystemError.self) { try ClipKeyMovie.read(other, path: noise) }
    }

    /// The `moov` behind the `ftyp`.
    private func moov(_ header: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let start = Int(header.loadUnaligned(as: UInt32.self).bigEndian)
        return UnsafeRawBufferPointer(rebasing: header[start...])
    }

    private func write(_ bytes: [UInt8]) throws -> (String, OpenedFile) {
        let path = folder.file("\(bytes.count).mp4")
        let file = try #require(fopen(path, "wb"))
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        fclose(file)
        let number = Glibc.open(path, O_RDONLY)
        try #require(number >= 0)
        return (
            path,
            OpenedFile(
                descriptor: number, size: Int64(bytes.count), modified: WallTime(nanoseconds: 0))
        )
    }
}
