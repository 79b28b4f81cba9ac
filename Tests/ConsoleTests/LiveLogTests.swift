import NIOCore
import Platform
import Testing

@testable import Console

/// Who is sent what of a camera's latest parts, without threads and clocks.
struct LiveLogTests {
    private var log = LiveLog()

    /// Adds a header and GOPs of one key frame and nine others, ten a second, from `start` on.
    private mutating func play(gops: Int, from start: Double = 0, bytes: Int = 100) {
        for gop in 0..<gops {
            for frame in 0..<10 {
                let time = start + Double(gop) + Double(frame) / 10
                log.append(part(frame == 0 ? .key : .delta, at: time, bytes: bytes))
            }
        }
    }

    private func part(_ kind: LivePart.Kind, at seconds: Double, bytes: Int = 100) -> LivePart {
        [UInt8](repeating: 7, count: bytes).withUnsafeBytes {
            LivePart(kind, camera: 0, time: time(seconds), payload: $0)
        }
    }

    private func time(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: 1_000_000_000_000 + Int64(seconds * 1e9))
    }

    private func take(_ place: inout LiveLog.Place, at seconds: Double) -> [LivePart.Kind] {
        log.take(&place, camera: 0, now: time(seconds)).map(\.kind)
    }

    @Test mutating func `who joins others begins at once, with the key frame before`() {
        log.append(part(.header, at: 0))
        play(gops: 3)
        var place = LiveLog.Place(joining: time(2.95))
        #expect(take(&place, at: 2.95) == [.header, .key] + Array(repeating: .delta, count: 9))
        #expect(take(&place, at: 2.95).isEmpty)
        log.append(part(.key, at: 3))
        #expect(take(&place, at: 3) == [.key])
    }

    @Test mutating func `the first viewer waits for a key frame`() {
        log.append(part(.header, at: 0))
        var place = LiveLog.Place(joining: time(0))
        log.append(part(.delta, at: 0.1))
        #expect(take(&place, at: 0.2).isEmpty)
        log.append(part(.key, at: 1))
        log.append(part(.delta, at: 1.1))
        #expect(take(&place, at: 1.2) == [.header, .key, .delta])
    }

    @Test mutating func `a hiccup of two seconds costs no frame`() {
        log.append(part(.header, at: 0))
        play(gops: 1)
        var place = LiveLog.Place(joining: time(0.9))
        _ = take(&place, at: 0.9)
        play(gops: 2, from: 1)
        #expect(take(&place, at: 3.0).count == 20)
    }

    @Test mutating func `who is more than three seconds late goes on at the next key frame`() {
        log.append(part(.header, at: 0))
        play(gops: 1)
        var place = LiveLog.Place(joining: time(0.9))
        _ = take(&place, at: 0.9)
        play(gops: 5, from: 1)
        #expect(take(&place, at: 5.95) == [.gap])
        log.append(part(.delta, at: 5.97))
        #expect(take(&place, at: 5.98).isEmpty)
        play(gops: 1, from: 6)
        #expect(take(&place, at: 6.95) == [.header, .key] + Array(repeating: .delta, count: 9))
    }

    @Test mutating func `a stuck viewer of a large stream holds no more than the log`() {
        log.append(part(.header, at: 0))
        play(gops: 1, bytes: 100_000)
        var place = LiveLog.Place(joining: time(0.9))
        _ = take(&place, at: 0.9)
        play(gops: 2, from: 1, bytes: 300_000)
        #expect(log.byteCount <= LiveLog.greatestByteCount)
        #expect(take(&place, at: 2.95) == [.gap])
    }

    @Test mutating func `a long GOP is kept whole, a short one three seconds`() {
        log.append(part(.header, at: 0))
        log.append(part(.key, at: 0))
        for step in 1...100 { log.append(part(.delta, at: Double(step) / 10)) }
        var place = LiveLog.Place(joining: time(10))
        #expect(take(&place, at: 10).count == 102)
        log.clear()
        play(gops: 20)
        #expect((30 * 108...32 * 108).contains(log.byteCount), "\(log.byteCount)")
    }

    @Test mutating func `a new header comes before the pictures that it describes`() {
        log.append(part(.header, at: 0))
        play(gops: 1)
        var place = LiveLog.Place(joining: time(0.9))
        _ = take(&place, at: 0.9)
        log.append(part(.header, at: 1))
        var newcomer = LiveLog.Place(joining: time(1))
        #expect(take(&newcomer, at: 1).isEmpty)
        play(gops: 1, from: 1)
        #expect(take(&place, at: 1.95).prefix(2) == [.header, .key])
        #expect(take(&newcomer, at: 1.95).prefix(3) == [.header, .key, .delta])
    }

    @Test mutating func `a piece is not much longer than a quarter of a megabyte`() {
        log.append(part(.header, at: 0))
        play(gops: 1, bytes: 100_000)
        var place = LiveLog.Place(joining: time(0.9))
        #expect(take(&place, at: 0.9).count == 4)
        #expect(take(&place, at: 0.9).count == 3)
    }
}
