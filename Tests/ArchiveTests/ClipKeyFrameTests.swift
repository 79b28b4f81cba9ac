import Glibc
import ISOBMFF
import Platform
import TestSupport
import Testing

@testable import Archive

/// The picture at a time of the recordings, before it is decoded.
struct ClipKeyFrameTests {
    private let folder = TemporaryDirectory()

    /// Key frames lie 200 ms apart, because each of the four fragments begins with one.
    @Test(arguments: [false, true])
    func `the key frame at or before a time is found in open and final clips`(
        isFinal: Bool
    ) throws {
        let clip = try TestClip(seed: 3)
        let path = try write(isFinal ? try clip.finalBytes : clip.openBytes)
        let start = WallTime(nanoseconds: clip.segment.header.startUTC)
        let keys = clip.given.filter { $0.track == 1 && $0.isSync }
        #expect(keys.count == 4)
        for (milliseconds, index) in [(-1000, 0), (0, 0), (199, 0), (201, 1), (450, 2), (9999, 3)] {
            let found = try #require(
                try ClipKeyFrame.read(
                    try open(path), path: path, at: start + .milliseconds(milliseconds)))
            #expect(found.bytes == keys[index].bytes)
            #expect(found.sampleEntry == "avc1")
            // ISO/IEC 14496-15 5.3.3.1: the configuration's version.
            #expect(found.setup.first == 1)
            let distance = found.wall - (start + .milliseconds(200 * index))
            #expect(abs(distance.nanoseconds) < 1_000_000)
        }
    }

    @Test func `two pictures of a clip are not taken for each other, one is itself`() throws {
        let clip = try TestClip(seed: 4)
        let path = try write(clip.openBytes)
        let start = WallTime(nanoseconds: clip.segment.header.startUTC)
        let names = try [0, 100, 300].map { milliseconds in
            try ClipKeyFrame.read(
                try open(path), path: path, at: start + .milliseconds(milliseconds))?.identity
        }
        #expect(names[0] != nil && names[0] == names[1] && names[1] != names[2])
    }

    @Test func `what is no clip is an error, a clip without a fragment has no picture`() throws {
        let clip = try TestClip(seed: 5)
        let empty = try write(clip.segment.bytes)
        #expect(
            try ClipKeyFrame.read(
                try open(empty), path: empty, at: WallTime(nanoseconds: 0)) == nil)
        let noise = try write(Array("no clip".utf8))
        #expect(throws: SystemError.self) {
            try ClipKeyFrame.read(try open(noise), path: noise, at: WallTime(nanoseconds: 0))
        }
    }

    private func write(_ bytes: [UInt8]) throws -> String {
        let path = folder.file("\(bytes.count).mp4")
        let file = try #require(fopen(path, "wb"))
        defer { fclose(file) }
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        return path
    }

    private func open(_ path: String) throws -> OpenedFile {
        let number = Glibc.open(path, O_RDONLY)
        try #require(number >= 0)
        return OpenedFile(
            descriptor: number, size: Int64(lseek(number, 0, SEEK_END)),
            modified: WallTime(nanoseconds: 0))
    }
}
