/// What a compound RTCP packet (RFC 3550 6) tells a receiver.
struct RTCPReader: Equatable {
    /// The sender of a sender report and the middle 32 bits of its NTP time.
    struct SenderReport: Equatable {
        var source: UInt32
        var compactTime: UInt32
    }

    private(set) var senderReport: SenderReport?
    /// The sources that have left.
    private(set) var farewells: [UInt32] = []

    /// Reads all packets of a compound; stops without complaint where it makes no sense.
    init(_ compound: UnsafeRawBufferPointer) {
        var rest = compound[...]
        while rest.count >= 4 {
            let packet = UnsafeRawBufferPointer(rebasing: rest)
            let length = 4 * (Int(packet[2]) << 8 | Int(packet[3])) + 4
            guard packet[0] >> 6 == 2, length <= packet.count else { return }
            read(UnsafeRawBufferPointer(rebasing: packet[..<length]))
            rest = rest.dropFirst(length)
        }
    }

    private mutating func read(_ packet: UnsafeRawBufferPointer) {
        let word = { UInt32(bigEndian: packet.loadUnaligned(fromByteOffset: $0, as: UInt32.self)) }
        switch packet[1] {
        case 200 where packet.count >= 28:
            let compactTime = word(8) << 16 | word(12) >> 16
            senderReport = SenderReport(source: word(4), compactTime: compactTime)
        case 203:
            let count = min(Int(packet[0] & 31), (packet.count - 4) / 4)
            for index in 0..<count { farewells.append(word(4 + 4 * index)) }
        default: break
        }
    }
}
