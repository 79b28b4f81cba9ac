import Testing

@testable import RTSP

struct WireReaderTests {
    /// Reads everything that `bytes` hold, `step` of them more at a time.
    private func elements(
        _ bytes: [UInt8], step: Int, channels: [UInt8] = [0, 1]
    ) throws -> (elements: [WireElement], skipped: Int) {
        var reader = WireReader()
        for channel in channels { reader.channels.insert(channel) }
        var found: [WireElement] = []
        var skipped = 0
        var start = 0
        var end = 0
        while true {
            switch try bytes[start..<end].withUnsafeBytes({ try reader.next(in: $0) }) {
            case .incomplete(let needed):
                #expect(needed > end - start)
                guard end < bytes.count else { return (found, skipped) }
                end = min(end + step, bytes.count)
            case .interleaved(let channel, let length):
                found.append(.interleaved(channel: channel, length: length))
                start += 4 + length
            case .message(let message, let length):
                found.append(.message(message, length: length))
                start += length
            case .noise(let length):
                skipped += length
                start += length
            }
        }
    }

    private let first = PlainCamera.interleaved(PlainCamera.rtp(1, payload: [0x24, 0, 0, 9, 0x80]))
    private let second = PlainCamera.interleaved(PlainCamera.rtp(2), channel: 1)
    private let answer = Array("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n".utf8)

    @Test(arguments: 1...60)
    func `packets and messages come whole however they are cut`(step: Int) throws {
        let (found, skipped) = try elements(first + answer + second + first, step: step)
        #expect(skipped == 0)
        #expect(found.count == 4)
        #expect(found[0] == .interleaved(channel: 0, length: first.count - 4))
        #expect(found[2] == .interleaved(channel: 1, length: second.count - 4))
        #expect(found[3] == found[0])
    }

    @Test(arguments: [1, 7, 1000])
    func `reading resumes at the next packet behind noise`(step: Int) throws {
        // The noise holds a false packet that announces 40,000 bytes.
        let noise: [UInt8] = [1, 2, 3, 0x24, 0, 0x9C, 0x40, 0x80, 5, 6]
        let packets = Array(repeating: first, count: 3000).flatMap { $0 }
        let (found, skipped) = try elements(second + noise + packets, step: step)
        #expect(skipped == noise.count)
        #expect(found.count == 3001)
    }

    @Test func `a packet that was sent in part costs itself and its neighbour at most`() throws {
        let long = PlainCamera.interleaved(
            PlainCamera.rtp(3, payload: Array(repeating: 0x55, count: 1400)))
        let cut = Array(long.prefix(700))
        let stream = long + cut + Array(repeating: long, count: 6).flatMap { $0 }
        let (found, skipped) = try elements(stream, step: 500)
        #expect(found.filter { $0 == .interleaved(channel: 0, length: 1412) }.count >= 6)
        #expect(skipped > 0)
    }

    @Test func `a camera may use a channel that was not agreed on`() throws {
        let stranger = PlainCamera.interleaved(PlainCamera.rtp(1), channel: 9)
        let (found, skipped) = try elements(first + stranger + first, step: 1000)
        #expect(found.count == 3)
        #expect(skipped == 0)
    }

    @Test func `letters of a request inside a picture are not taken for one`() throws {
        let noise = Array("xxPLAY some thing\n\nRTSP/ x\n\n$".utf8)
        let (found, skipped) = try elements(first + noise + first + second, step: 1000)
        #expect(found.count == 3)
        #expect(skipped == noise.count)
    }

    @Test func `empty lines between messages are not noise`() throws {
        var reader = WireReader()
        let element = try Array("\r\nRTSP".utf8).withUnsafeBytes { try reader.next(in: $0) }
        #expect(element == .noise(length: 2))
        #expect(reader.isInSync)
    }

    @Test func `a set of channels holds what was put in`() {
        var set = ChannelSet()
        for channel in [UInt8(0), 63, 64, 255] { set.insert(channel) }
        let held = (0...255).filter { set.contains(UInt8($0)) }
        #expect(held == [0, 63, 64, 255])
    }
}
