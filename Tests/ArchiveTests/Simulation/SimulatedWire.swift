import Platform
import RTSP
import TestSupport

/// The connection to a simulated camera: bytes come in pieces, late, or not at all.
///
/// Waiting takes no time: it moves the session's clock to what happens next.
final class SimulatedWire: ByteChannel {
    let descriptor: Int32? = nil
    var ignoresCancellation = false
    private let device: SimulatedDevice
    private let clock: ManualClocks
    private var received: [UInt8] = []
    private var reader = WireReader(channels: .all)
    private var underWay: [UInt8] = []
    private var next: (time: MonotonicTime, bytes: [UInt8])?
    private var isClosed = false
    private var isReset = false
    private var isSilent = false
    private var isPlaying = false

    init(to device: SimulatedDevice, clock: ManualClocks) {
        self.device = device
        self.clock = clock
        device.connect()
    }

    /// Whether what the client says is heard and answered.
    var isGood: Bool { !isClosed && !isReset && !isSilent }

    /// Sends bytes that will be there at an instant.
    func send(_ bytes: [UInt8], at time: MonotonicTime) { next = (time, bytes) }

    /// Lets a trouble begin while the camera plays.
    func suffer(_ trouble: SimulatedTrouble) {
        next = nil
        switch trouble {
        case _ where trouble.isSilence: isSilent = true
        case .resets: isReset = true
        case .foreign:
            underWay += (0..<(300 << 10)).map { UInt8(truncatingIfNeeded: $0 * 7) | 0x80 }
        default: isClosed = true
        }
    }

    func send(_ bytes: UnsafeRawBufferPointer, deadline: MonotonicTime) throws(RTSPError) {
        guard !isReset else { throw .reset }
        guard !isClosed else { throw .closed }
        received += bytes
        while let request = takeRequest() { answer(request) }
    }

    func receive(
        into buffer: UnsafeMutableRawBufferPointer, deadline: MonotonicTime
    ) throws(RTSPError) -> Int {
        while true {
            if !underWay.isEmpty {
                let most = Int.random(in: 1...1 << 16, using: &device.random)
                let count = min(underWay.count, buffer.count, most)
                buffer.copyBytes(from: underWay.prefix(count))
                underWay.removeFirst(count)
                return count
            }
            guard !isReset else { throw .reset }
            guard !isClosed else { return 0 }
            guard let arriving = next, arriving.time <= deadline else {
                pass(until: deadline)
                throw .timedOut(phase: .packet)
            }
            next = nil
            pass(until: arriving.time)
            underWay += arriving.bytes
        }
    }

    private func pass(until time: MonotonicTime) {
        clock.advance(to: time)
        if !isSilent, device.isForgotten(at: clock.monotonic) {
            device.complaints.append("a session was not kept alive")
            isClosed = true
        }
    }

    private func takeRequest() -> RTSPRequest? {
        while true {
            let element = received.withUnsafeBytes { try? reader.next(in: $0) }
            switch element {
            case .message(.request(let request), let length):
                received.removeFirst(length)
                return request
            case .message(_, let length), .noise(let length): received.removeFirst(length)
            case .interleaved(_, let length):
                received.removeFirst(WireReader.framingLength + length)
            case .incomplete, nil: return nil
            }
        }
    }

    private func answer(_ request: RTSPRequest) {
        guard !isSilent else { return }
        switch device.trouble {
        case .silent where !isPlaying: return
        case .foreign where !isPlaying: underWay += Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
        case .closes where !isPlaying:
            let bytes = device.answer(request, at: clock.monotonic).serialized()
            // Some requests are answered before that, the last one in part.
            isClosed = Bool.random(using: &device.random) || request.method == "PLAY"
            underWay += isClosed ? bytes.dropLast(bytes.count / 2) : bytes
        case .resets where !isPlaying: isReset = true
        default:
            let response = device.answer(request, at: clock.monotonic)
            if request.method == "PLAY", response.status == 200 { isPlaying = true }
            underWay += response.serialized()
        }
    }
}

extension ManualClocks {
    /// Lets time pass up to an instant, unless it has passed.
    func advance(to time: MonotonicTime) { advance(by: max(.zero, time - monotonic)) }
}
