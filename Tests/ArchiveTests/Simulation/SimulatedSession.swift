import Platform
import RTSP
import TestSupport

@testable import AVRemux

/// A session with a simulated camera: the real client and the real watch for stalls, on a wire and a
/// clock that are simulated.
final class SimulatedSession {
    /// Pictures come once a minute.
    static let stallTimeout = Duration.seconds(75)

    let facts: SessionFacts
    private let device: SimulatedDevice
    private let wire: SimulatedWire
    private let clock: ManualClocks
    private let feed: PacketFeed
    private var sequence: UInt16
    private var packet = [UInt8](repeating: 0, count: 2048)

    /// The wire of the attempt, which the client asks for.
    ///
    /// One thread has it and what it refers to: the simulation's.
    private final class Plug: @unchecked Sendable {
        let device: SimulatedDevice
        let clock: ManualClocks
        var wire: SimulatedWire?

        init(_ device: SimulatedDevice, _ clock: ManualClocks) {
            self.device = device
            self.clock = clock
        }

        func connect() throws(RTSPError) -> any ByteChannel {
            switch device.trouble {
            case .unreachable: throw .unreachable(host: "camera")
            case .connectTimesOut: throw .connectTimedOut(host: "camera", port: 322)
            default: break
            }
            let wire = SimulatedWire(to: device, clock: clock)
            self.wire = wire
            return wire
        }
    }

    /// Opens a session as `OpenSession` does, up to the first packet.
    init(
        with device: SimulatedDevice, clock: ManualClocks,
        strongest: inout AuthenticationScheme
    ) throws(SessionEnd) {
        let plug = Plug(device, clock)
        do {
            var request = SessionRequest(
                url: try CameraURL(parsing: "rtsps://user:password@camera/live"),
                hashes: .libavutil)
            request.openTimeout = OpenSession.openTimeout
            request.secureChannel = { (_, _, _) throws(RTSPError) in try plug.connect() }
            var client = try RTSPClient.open(
                request, clocks: clock, cancellation: try Cancellation(), strongest: &strongest)
            do { try client.play() } catch {
                strongest = max(strongest, client.close())
                throw error
            }
            guard let wire = plug.wire else { throw RTSPError.closed }
            facts = client.session
            feed = PacketFeed(client: client, clocks: clock, stallTimeout: Self.stallTimeout)
            feed.isPastDescription = true
            self.wire = wire
        } catch {
            Self.expectFarewell(on: plug.wire, of: device)
            throw .failed(error as? RTSPError ?? .malformed(what: "\(error)"))
        }
        self.device = device
        self.clock = clock
        sequence = UInt16.random(in: .min ... .max, using: &device.random)
    }

    /// Lets the camera send a picture that is there at `time`, unless it is in trouble, and returns
    /// what the client makes of it.
    func exchange(_ picture: [UInt8], at time: MonotonicTime) throws(SessionEnd) -> [UInt8] {
        if let trouble = device.trouble {
            wire.suffer(trouble)
        } else {
            sequence &+= 1
            let size = picture.count + 12
            wire.send(
                [0x24, 0, UInt8(size >> 8), UInt8(size & 0xff)]
                    + [0x80, 0xe0, UInt8(sequence >> 8), UInt8(sequence & 0xff)]
                    + [0, 0, 0, 0, 0, 0, 0, 7] + picture, at: time)
        }
        let count = packet.withUnsafeMutableBytes { feed.read(into: $0) }
        guard count > 0 else {
            let end = SessionEnd.failed(feed.failure ?? .closed)
            throw end.named(stallTimeout: Self.stallTimeout)
        }
        feed.notePicture()
        return Array(packet[12..<Int(count)])
    }

    /// Ends the session in an orderly way; returns how the camera asked for the password last.
    func close() -> AuthenticationScheme {
        feed.close()
        Self.expectFarewell(on: wire, of: device)
        return feed.authentication
    }

    /// A camera that hears the client keeps no session behind it.
    private static func expectFarewell(on wire: SimulatedWire?, of device: SimulatedDevice) {
        guard let wire, wire.isGood, device.session != nil else { return }
        device.complaints.append("a session was left without a farewell")
    }
}
