import Platform
import Testing

@testable import AVRemux

/// Where sound lies: against the picture, and against its own count of samples.
@Suite struct AudioTimeTests {
    @Test func `sound that keeps its rhythm is left alone`() {
        var pacer = AudioPacer(sampleRate: 8_000)
        #expect(pacer.place(at: 500, count: 160) == .rebase(500))
        #expect(pacer.place(at: 660, count: 160) == .append)
        #expect(pacer.place(at: 900, count: 160) == .append)
    }

    @Test func `a lost stretch of sound becomes silence`() {
        var pacer = AudioPacer(sampleRate: 8_000)
        _ = pacer.place(at: 0, count: 160)
        #expect(pacer.place(at: 4_160, count: 160) == .insertSilence(4_000))
        #expect(pacer.place(at: 4_320, count: 160) == .append)
    }

    @Test func `sound that runs ahead is shortened, never by more than there is`() {
        var pacer = AudioPacer(sampleRate: 8_000)
        _ = pacer.place(at: 0, count: 8_000)
        #expect(pacer.place(at: 7_000, count: 160) == .drop(160))
        #expect(pacer.place(at: 7_160, count: 2_000) == .drop(840))
        #expect(pacer.place(at: 9_160, count: 160) == .append)
    }

    @Test func `after more than two seconds the line begins anew`() {
        var pacer = AudioPacer(sampleRate: 8_000)
        _ = pacer.place(at: 0, count: 160)
        #expect(pacer.place(at: 20_000, count: 160) == .rebase(20_000))
    }

    private func at(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(seconds * 1e9))
    }

    @Test func `the camera's own word corrects the sound at once in the first ten seconds`() {
        var alignment = AudioAlignment(byArrival: .milliseconds(20), now: at(0))
        alignment.update(byReports: nil, now: at(1))
        #expect(alignment.shift == .milliseconds(20))
        alignment.update(byReports: .milliseconds(520), now: at(5))
        #expect(alignment.shift == .milliseconds(520))
    }

    @Test func `later corrections creep by two percent`() {
        var alignment = AudioAlignment(byArrival: .zero, now: at(0))
        alignment.update(byReports: .zero, now: at(20))
        alignment.update(byReports: .milliseconds(500), now: at(21))
        #expect(abs(alignment.shift.seconds - 0.02) < 0.001)
        for second in 22..<60 {
            alignment.update(byReports: .milliseconds(500), now: at(Double(second)))
        }
        #expect(abs(alignment.shift.seconds - 0.5) < 0.001)
    }

    @Test func `clocks that have nothing to do with each other are not believed`() {
        var alignment = AudioAlignment(byArrival: .zero, now: at(0))
        alignment.update(byReports: .seconds(3_600), now: at(1))
        #expect(alignment.shift == .zero)
    }

    @Test func `a camera that steps its wall clock moves both media alike`() throws {
        func medium(first: UInt32, report: UInt32, ntpSeconds: UInt64) -> PacketFeed.Medium {
            var medium = PacketFeed.Medium()
            medium.firstTimestamp = first
            medium.senderReport = SenderReport(ntpTime: ntpSeconds << 32, timestamp: report)
            return medium
        }
        let offset = AudioAlignment.offset(
            video: medium(first: 4_294_967_000, report: 89_704, ntpSeconds: 1_000),
            videoClock: 90_000, audio: medium(first: 0, report: 4_000, ntpSeconds: 1_000),
            audioClock: 8_000)
        // The picture began a second before its report, the sound half a second.
        #expect(abs(try #require(offset).seconds - 0.5) < 0.001)
    }

    @Test func `sound sent at twice the rate it claims is noticed once`() {
        var check = SampleRateCheck(clock: 8_000, outputRate: 8_000)
        var factor = 1.0
        for packet in 0..<1_000 {
            factor = check.correction(
                samples: 320, at: Int64(packet) * 160, present: factor)
        }
        #expect(factor == 2)
    }
}
