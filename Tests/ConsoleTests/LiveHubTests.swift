import FoundationEssentials
import NIOCore
import Platform
import TestSupport
import Testing

@testable import Console

/// Cameras and viewers that meet in a hub.
@Suite(.timeLimit(.minutes(1))) struct LiveHubTests {
    private let clocks = ManualClocks()

    @Test func `a viewer is told whose number is whose and then shown what comes`() async throws {
        let hub = try LiveHub(clocks: clocks)
        defer { hub.close() }
        _ = hub.channel(of: "yard")
        let front = try #require(hub.channel(of: "front"))
        #expect(!front.isWatched)
        let viewer = hub.join(["front"])
        #expect(front.isWatched)
        var pieces = viewer.makeAsyncIterator()
        let waiting = try #require(await pieces.next()).part
        #expect(waiting.kind == 4 && waiting.camera == 1)
        #expect(waiting.text == #"{"camera":"front","state":"waiting"}"#)
        front.begin(header: [1, 2, 3], codecs: "avc1.64001f")
        front.append(bytes: [4, 5], isKey: true)
        front.append(bytes: [6], isKey: false)
        let playing = try #require(await pieces.next()).part
        #expect(playing.text.contains(#""state":"playing""#))
        #expect(playing.text.contains(#""codecs":"avc1.64001f""#))
        let rest = [
            try #require(await pieces.next()), try #require(await pieces.next()),
            try #require(await pieces.next()),
        ].map(\.part)
        #expect(rest.map(\.kind) == [0, 1, 2])
        #expect(rest.map(\.payload) == [[1, 2, 3], [4, 5], [6]])
        front.end()
        #expect(try #require(await pieces.next()).part.text.contains("waiting"))
    }

    @Test func `a viewer that stops reading goes on at a key frame and the others miss nothing`()
        async throws
    {
        let hub = try LiveHub(clocks: clocks)
        defer { hub.close() }
        let camera = try #require(hub.channel(of: "front"))
        let stuck = hub.join(["front"])
        let good = hub.join(["front"])
        var late = stuck.makeAsyncIterator()
        var prompt = good.makeAsyncIterator()
        _ = await late.next()
        _ = await prompt.next()
        camera.begin(header: [0], codecs: nil)
        var seen: [UInt8] = []
        for number in 0..<UInt8(60) {
            camera.append(bytes: [number], isKey: number % 10 == 0)
            while seen.last != number {
                let part = try #require(await prompt.next()).part
                if part.kind == 1 || part.kind == 2 { seen += part.payload }
            }
            // The one that will be stuck reads the first picture and then no more.
            while number == 0, try #require(await late.next()).part.kind != 1 {}
            clocks.advance(by: .milliseconds(100))
        }
        #expect(seen == Array(0..<60))
        camera.append(bytes: [60], isKey: true)
        var kinds: [UInt8] = []
        while kinds.last != 3 { kinds.append(try #require(await late.next()).part.kind) }
        camera.append(bytes: [61], isKey: false)
        camera.append(bytes: [62], isKey: true)
        #expect(try #require(await late.next()).part.kind == 0)
        #expect(try #require(await late.next()).part.payload == [62])
    }

    @Test func `two hundred viewers share one copy`() async throws {
        let hub = try LiveHub(clocks: clocks)
        defer { hub.close() }
        let camera = try #require(hub.channel(of: "front"))
        let viewers = (0..<200).map { _ in hub.join(["front"]) }
        camera.begin(header: [0], codecs: nil)
        camera.append(bytes: [UInt8](repeating: 1, count: 5000), isKey: true)
        var places: Set<UInt> = []
        for viewer in viewers {
            for await piece in viewer where piece.part.kind == 1 {
                piece.withUnsafeReadableBytes {
                    _ = places.insert(UInt(bitPattern: $0.baseAddress))
                }
                break
            }
        }
        #expect(places.count == 1)
        for viewer in viewers { viewer.leave() }
        #expect(!camera.isWatched)
    }

    @Test func `leaving ends a wait, and so does closing`() async throws {
        let hub = try LiveHub(clocks: clocks)
        let leaving = hub.join(["front"])
        let staying = hub.join(["front"])
        let ends = Task {
            var counts: [Int] = []
            for viewer in [leaving, staying] {
                counts.append(await viewer.reduce(0) { count, _ in count + 1 })
            }
            return counts
        }
        leaving.leave()
        leaving.leave()
        #expect(hub.channel(of: "front")?.isWatched == true)
        hub.close()
        #expect(await ends.value.allSatisfy { $0 <= 1 })
    }

    @Test func `a silent stream shows that it is alive`() async throws {
        let hub = try LiveHub(clocks: clocks)
        defer { hub.close() }
        let viewer = hub.join(["front"])
        var pieces = viewer.makeAsyncIterator()
        _ = await pieces.next()
        clocks.advance(by: LiveHub.keepAlive)
        hub.wake()
        #expect(try #require(await pieces.next()).part.kind == 5)
    }
}

extension LiveChannel {
    fileprivate func append(bytes: [UInt8], isKey: Bool) {
        bytes.withUnsafeBytes { append(fragment: $0, isKey: isKey) }
    }
}

extension ByteBuffer {
    /// A piece as a client reads it.
    fileprivate var part: (camera: UInt8, kind: UInt8, payload: [UInt8], text: String) {
        var rest = self
        let camera = rest.readInteger(as: UInt8.self) ?? 0
        let kind = rest.readInteger(as: UInt8.self) ?? 255
        #expect(rest.readInteger(as: UInt16.self) == 0)
        let count = rest.readInteger(as: UInt32.self) ?? 0
        #expect(Int(count) == rest.readableBytes)
        let payload = rest.readBytes(length: rest.readableBytes) ?? []
        return (camera, kind, payload, String(decoding: payload, as: UTF8.self))
    }
}
