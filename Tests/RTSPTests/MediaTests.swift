import Platform
import Testing

@testable import RTSP

struct MediaTests {
    @Test func `lost packets are counted across the wrap of the sequence number`() {
        var tracker = SequenceTracker()
        var lost = 0
        var sent = 0
        for number in 65_000..<200_000 {
            sent += 1
            guard number % 10 != 3 else { continue }
            guard case .inOrder(let missing) = tracker.register(UInt16(number & 0xFFFF)) else {
                Issue.record("packet \(number) is not in order")
                return
            }
            lost += missing
        }
        #expect(lost == sent / 10)
        #expect(tracker.cumulativeLoss == lost)
        #expect(tracker.fractionLost() == 25)
        #expect(tracker.fractionLost() == 0)
    }

    @Test func `late packets and a restart of the count are not loss`() {
        var tracker = SequenceTracker()
        #expect(tracker.register(10) == .inOrder(lost: 0))
        #expect(tracker.register(12) == .inOrder(lost: 1))
        #expect(tracker.register(11) == .late)
        #expect(tracker.register(12) == .late)
        #expect(tracker.cumulativeLoss == -1)
        #expect(tracker.register(40_000) == .restarted)
        #expect(tracker.register(40_001) == .inOrder(lost: 0))
        #expect(tracker.cumulativeLoss == 0)
    }

    private func offer(
        _ window: inout ReorderWindow, _ sequence: UInt16, at time: Int64 = 0
    ) -> ReorderWindow.Decision {
        [UInt8(sequence & 255)].withUnsafeBytes {
            window.offer(sequence, from: 7, $0, at: MonotonicTime(nanoseconds: time))
        }
    }

    @Test func `datagrams are put into order, also where the count wraps`() {
        var window = ReorderWindow()
        let now = MonotonicTime(nanoseconds: 0)
        #expect(offer(&window, 65534) == .deliver)
        #expect(offer(&window, 1) == .kept)
        #expect(offer(&window, 0) == .kept)
        #expect(offer(&window, 0) == .tooLate)
        #expect(window.next(at: now) == nil)
        #expect(offer(&window, 65535) == .deliver)
        #expect(window.next(at: now) == [0])
        #expect(window.next(at: now) == [1])
        #expect(window.next(at: now) == nil)
        #expect(offer(&window, 1) == .tooLate)
        #expect(offer(&window, 2) == .deliver)
    }

    @Test func `a missing datagram is waited for, but not for long`() throws {
        var window = ReorderWindow(capacity: 4, patience: .milliseconds(200))
        #expect(offer(&window, 1) == .deliver)
        #expect(offer(&window, 3) == .kept)
        let deadline = try #require(window.deadline)
        #expect(deadline.nanoseconds == 200_000_000)
        #expect(window.next(at: MonotonicTime(nanoseconds: 199_999_999)) == nil)
        #expect(window.next(at: deadline) == [3])
        for sequence in UInt16(5)...8 { #expect(offer(&window, sequence) == .kept) }
        #expect(window.next(at: MonotonicTime(nanoseconds: 0)) == nil)
        #expect(offer(&window, 9) == .kept)
        #expect(window.next(at: MonotonicTime(nanoseconds: 0)) == [5])
        #expect(window.next(at: MonotonicTime(nanoseconds: 0)) == [6])
    }

    @Test func `a sender that counts anew is followed`() {
        var window = ReorderWindow()
        #expect(offer(&window, 40_000) == .deliver)
        #expect(offer(&window, 20_000) == .deliver)
        #expect(offer(&window, 20_001) == .deliver)
    }

    @Test func `a receiver report says what RFC 3550 wants to know`() throws {
        var reception = Reception(clockRate: 90_000)
        let start = MonotonicTime(nanoseconds: 5_000_000_000)
        #expect(reception.report(from: 1, at: start) == nil)
        for sequence in [UInt16(100), 101, 103] {
            let header = try #require(
                PlainCamera.rtp(sequence, source: 0x0A0B_0C0D).withUnsafeBytes { RTPHeader($0) })
            #expect(reception.register(header, at: start).sourceChanged == false)
        }
        reception.register(.init(source: 0x0A0B_0C0D, compactTime: 0x1122_3344), at: start)
        let sent = reception.report(from: 0x99, at: start + .milliseconds(500))
        let report = try #require(sent)
        #expect(report.count == 48)
        #expect(report[0...7] == [0x81, 201, 0, 7, 0, 0, 0, 0x99])
        #expect(report[8...11] == [0x0A, 0x0B, 0x0C, 0x0D])
        #expect(report[12...15] == [64, 0, 0, 1])
        #expect(report[16...19] == [0, 0, 0, 103])
        #expect(report[24...27] == [0x11, 0x22, 0x33, 0x44])
        #expect(report[28...31] == [0, 0, 0x80, 0])
        #expect(report[32...35] == [0x81, 202, 0, 3])
    }

    @Test func `sender reports and farewells are found in compound packets`() {
        let report: [UInt8] =
            [0x80, 200, 0, 6, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8]
            + Array(repeating: 0, count: 12)
        let farewell: [UInt8] = [0x81, 203, 0, 1, 0, 0, 0, 7]
        let reader = (report + farewell).withUnsafeBytes { RTCPReader($0) }
        #expect(reader.senderReport == .init(source: 7, compactTime: 0x0304_0506))
        #expect(reader.farewells == [7])
        let cut = report.dropLast().withUnsafeBytes { RTCPReader($0) }
        #expect(cut.senderReport == nil)
    }
}
