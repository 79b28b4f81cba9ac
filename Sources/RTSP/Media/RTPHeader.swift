/// The fixed header of an RTP packet (RFC 3550 5.1), as far as it is looked at.
public struct RTPHeader: Equatable, Sendable {
    /// The bytes of the fixed header.
    public static let length = 12

    /// The payload type, 0 to 127.
    public var payloadType: UInt8
    /// Counts packets modulo 65536.
    public var sequence: UInt16
    /// The sampling instant in ticks of the medium's clock, modulo 2^32.
    public var timestamp: UInt32
    /// Who sends.
    public var source: UInt32

    /// Reads the header; nil if the packet is too short or not of version 2.
    public init?(_ packet: UnsafeRawBufferPointer) {
        guard packet.count >= Self.length, packet[0] >> 6 == 2 else { return nil }
        payloadType = packet[1] & 0x7F
        sequence = UInt16(bigEndian: packet.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        timestamp = UInt32(bigEndian: packet.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        source = UInt32(bigEndian: packet.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
    }
}
