internal import Platform

/// How the packets of one medium arrive: the source of receiver reports.
struct Reception {
    private(set) var source: UInt32?
    private(set) var tracker = SequenceTracker()
    private let clockRate: Int
    private var jitter = 0.0
    private var lastTransit: UInt32?
    private var senderReport: (compactTime: UInt32, arrival: MonotonicTime)?

    init(clockRate: Int) { self.clockRate = clockRate }

    /// Notes a packet.
    ///
    /// - Returns: what its sequence number says, and whether another source has begun to send.
    mutating func register(
        _ header: RTPHeader, at arrival: MonotonicTime
    ) -> (verdict: SequenceTracker.Verdict, sourceChanged: Bool) {
        let sourceChanged = source != nil && source != header.source
        if source != header.source {
            self = Reception(clockRate: clockRate)
            source = header.source
        }
        updateJitter(header, at: arrival)
        return (tracker.register(header.sequence), sourceChanged)
    }

    /// Notes a sender report, which the next receiver report refers to.
    mutating func register(_ report: RTCPReader.SenderReport, at arrival: MonotonicTime) {
        senderReport = (report.compactTime, arrival)
    }

    /// RFC 3550 A.8; arrivals are as coarse as the reads from the socket.
    private mutating func updateJitter(_ header: RTPHeader, at arrival: MonotonicTime) {
        let (seconds, nanoseconds) = arrival.nanoseconds.quotientAndRemainder(
            dividingBy: 1_000_000_000)
        let ticks = seconds &* Int64(clockRate) &+ nanoseconds * Int64(clockRate) / 1_000_000_000
        let transit = UInt32(truncatingIfNeeded: ticks) &- header.timestamp
        if let lastTransit {
            let change = Int32(bitPattern: transit &- lastTransit).magnitude
            jitter += (Double(change) - jitter) / 16
        }
        lastTransit = transit
    }

    /// Returns a receiver report with our name (RFC 3550 6.4.2, 6.5); nil before the first packet.
    mutating func report(from reporter: UInt32, at now: MonotonicTime) -> [UInt8]? {
        guard let source else { return nil }
        var bytes: [UInt8] = [0x81, 201, 0, 7]
        bytes.append(bigEndian: reporter)
        bytes.append(bigEndian: source)
        let loss = UInt32(bitPattern: Int32(clamping: tracker.cumulativeLoss.clamped24))
        bytes.append(bigEndian: UInt32(tracker.fractionLost()) << 24 | loss & 0xFFFFFF)
        bytes.append(bigEndian: UInt32(truncatingIfNeeded: tracker.highest))
        bytes.append(bigEndian: UInt32(min(jitter, Double(Int32.max))))
        bytes.append(bigEndian: senderReport?.compactTime ?? 0)
        let delay = senderReport.map { (now - $0.arrival).seconds * 65536 } ?? 0
        bytes.append(bigEndian: UInt32(max(0, min(delay, Double(Int32.max)))))
        // Source description: one chunk with CNAME "cctv", padded to whole words.
        bytes += [0x81, 202, 0, 3]
        bytes.append(bigEndian: reporter)
        bytes += [1, 4] + Array("cctv".utf8) + [0, 0]
        return bytes
    }
}

extension Int {
    /// The value within 24 bits and a sign, as the report has room for.
    fileprivate var clamped24: Int { Swift.min(Swift.max(self, -0x800000), 0x7FFFFF) }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian word: UInt32) {
        Swift.withUnsafeBytes(of: word.bigEndian) { append(contentsOf: $0) }
    }
}
