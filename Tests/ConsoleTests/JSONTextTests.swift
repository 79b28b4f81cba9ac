import FoundationEssentials
import Hummingbird
import Platform
import Testing

@testable import Console

/// Lists that are written by hand say what Swift's own encoder would say.
struct JSONTextTests {
    private static let odd = "\"a\\b/c\u{8}\t\n\u{c}\r\u{1}\u{1f}\u{7f}é\u{1F4F7}"

    private static func time(_ nanoseconds: Int64) -> Timestamp {
        Timestamp(WallTime(nanoseconds: nanoseconds))
    }

    private static let clips: [ClipRecord] =
        [0, 0.1, 600, 599.96, -2.5, 1e-7, 1e17, .greatestFiniteMagnitude].enumerated().map {
            ClipRecord(
                id: Int64($0) * (.max / 8), camera: odd, path: "a/b.mp4", start: time(-1),
                end: time(1_740_304_800_250_999_999), seconds: $1, bytes: .min, open: $0 == 1,
                protected: $0 == 2, clockUncertain: $0 == 3, lostPackets: .max)
        }

    private static let gap = GapRecord(
        camera: "gate", cause: "stalled", detail: odd, start: time(0), end: time(1_000_000))

    private static let timelines: [Timeline] = [
        Timeline(from: time(0), to: time(1), lanes: []),
        Timeline(
            from: time(0), to: time(1), oldest: time(2),
            lanes: [
                .init(camera: "yard", configured: false, clips: [], gaps: [], protections: []),
                .init(
                    camera: odd, configured: true,
                    clips: clips.map {
                        .init(
                            id: $0.id, start: $0.start, end: $0.end, seconds: $0.seconds,
                            bytes: $0.bytes, open: $0.open)
                    }, gaps: [gap, gap], deletedSoonBefore: time(3),
                    protections: [
                        .init(
                            number: 1, camera: nil, from: time(0), to: time(1), note: odd, bytes: 2),
                        .init(
                            number: 2, camera: "yard", from: time(0), to: time(1), note: "",
                            bytes: 2),
                    ]),
            ]),
    ]

    private func expectSame(_ record: some JSONRecord) throws {
        var text = JSONText()
        text.object { record.write(to: &$0) }
        let encoded = try JSONEncoder.ofAPI.encode(record)
        #expect(
            String(decoding: text.bytes, as: UTF8.self) == String(decoding: encoded, as: UTF8.self))
    }

    @Test func `a page of clips is the same text as by Swift's own encoder`() throws {
        try expectSame(ClipPage(clips: [], total: 0, totalBytes: 0))
        try expectSame(ClipPage(clips: Self.clips, next: "7-1", total: 9, totalBytes: 1 << 40))
        for clip in Self.clips { try expectSame(clip) }
    }

    @Test func `a time line is the same text as by Swift's own encoder`() throws {
        for timeline in Self.timelines { try expectSame(timeline) }
    }

    @Test func `a time of any year has its digits in their places`() {
        let year: Int64 = 31_556_952_000_000_000
        #expect(Self.time(0).wall.utcText == "1970-01-01T00:00:00.000Z")
        #expect(Self.time(-1).wall.utcText == "1969-12-31T23:59:59.999Z")
        #expect(Self.time(1_740_304_807_009_999_999).wall.utcText == "2025-02-23T10:00:07.009Z")
        for number in stride(from: -year * 260, through: year * 260, by: Int(year * 13 + 77_777)) {
            let text = Self.time(number).wall.utcText
            #expect(text.count == 24 && text.hasSuffix("Z"))
            if number >= 0 {
                let cut = number / 1_000_000 * 1_000_000
                #expect(WallTime(rfc3339: text) == WallTime(nanoseconds: cut))
            }
        }
    }
}
