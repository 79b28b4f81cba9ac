import Glibc
internal import Platform

/// The state of receiving media in datagrams.
struct DatagramReceiver {
    /// The longest UDP payload.
    private static let slotLength = 64 << 10

    let sockets: [UDPSocketPair]
    var windows: [ReorderWindow]
    /// The sockets that had something when they were last asked; bit 2n is RTP, bit 2n+1 RTCP.
    var readable: UInt = 0
    let slot = DatagramSlot(length: slotLength)

    init(sockets: [UDPSocketPair]) {
        self.sockets = sockets
        windows = sockets.map { _ in ReorderWindow() }
    }
}

/// The memory that the datagram in hand lies in.
final class DatagramSlot {
    let bytes: UnsafeMutableRawBufferPointer

    init(length: Int) { bytes = .allocate(byteCount: length, alignment: 16) }

    deinit { bytes.deallocate() }
}

extension RTSPClient {
    /// Returns the next packet that is in order and at hand; nil if there is none, or over TCP.
    mutating func nextDatagram() throws(RTSPError) -> ReceivedPacket? {
        guard datagrams != nil else { return nil }
        let now = control.lastArrival
        while let (packet, route) = datagrams?.next(at: now, &control.statistics) {
            control.statistics.bytes += packet.count
            if let received = try accept(packet, route, at: now) { return received }
        }
        return nil
    }

    /// Waits until a socket has something, for a packet to be given out of order, or the deadline.
    mutating func waitForDatagrams(until deadline: MonotonicTime) throws(RTSPError) {
        guard let sockets = datagrams?.sockets else { return }
        let waiting = Waiting(clocks: control.clocks, cancellation: control.cancellation)
        var descriptors = [pollfd(fd: control.channel.descriptor ?? -1, events: 1, revents: 0)]
        for pair in sockets {
            for isRTCP in [false, true] {
                let number = pair.descriptor(isRTCP: isRTCP)
                descriptors.append(pollfd(fd: number, events: Int16(POLLIN), revents: 0))
            }
        }
        let held = datagrams?.windows.compactMap(\.deadline).min() ?? deadline
        try waiting.wait(&descriptors, until: min(deadline, held))
        if descriptors.contains(where: { $0.revents != 0 }) {
            // The system's queue is short: 212,992 bytes unless net.core.rmem_max says otherwise.
            let delay = min(coalescing, .milliseconds(20))
            _ = try waiting.wait(for: 0, on: -1, until: control.clocks.monotonic + delay)
        }
        control.noteArrival()
        var readable: UInt = 0
        for (index, entry) in descriptors.dropFirst().enumerated() where entry.revents != 0 {
            readable |= 1 << UInt(index)
        }
        datagrams?.readable = readable
        if descriptors[0].revents != 0 {
            _ = try control.fill(deadline: control.clocks.monotonic + .seconds(1), phase: .packet)
        }
    }
}

extension DatagramReceiver {
    /// Returns the next packet in order; nil when the sockets are empty.
    mutating func next(
        at now: MonotonicTime, _ statistics: inout SessionStatistics
    ) -> (UnsafeMutableRawBufferPointer, PacketRoute)? {
        for index in windows.indices {
            if let bytes = windows[index].next(at: now) {
                slot.bytes.copyBytes(from: bytes)
                let packet = UnsafeMutableRawBufferPointer(rebasing: slot.bytes[..<bytes.count])
                return (packet, PacketRoute(track: index, isRTCP: false))
            }
        }
        while readable != 0 {
            let bit = readable.trailingZeroBitCount
            let route = PacketRoute(track: bit / 2, isRTCP: bit % 2 == 1)
            guard let count = sockets[route.track].receive(into: slot.bytes, isRTCP: route.isRTCP)
            else {
                readable &= readable - 1
                continue
            }
            let packet = UnsafeMutableRawBufferPointer(rebasing: slot.bytes[..<count])
            guard !route.isRTCP else { return (packet, route) }
            guard let header = RTPHeader(UnsafeRawBufferPointer(packet)) else { continue }
            let decision = windows[route.track].offer(
                header.sequence, from: header.source, UnsafeRawBufferPointer(packet), at: now)
            switch decision {
            case .deliver: return (packet, route)
            case .kept: statistics.reordered += 1
            case .tooLate: break
            }
        }
        return nil
    }
}
