import AVRemux
import ISOBMFF
import Platform
import RTSP
import TestSupport

@testable import Archive

/// One camera as the recorder sees it: its sessions, its clock, and the clips made of it.
///
/// The RTSP client and the watch for stalls are the real ones. It decides as `CameraLoop`,
/// `CameraSession` and `ClipSequence` do, with the same values (`Backoff`, `Timeline`, `Rotation`), and
/// sends one picture per step, each of them numbered.
struct SimulatedCamera {
    /// What the camera does now.
    enum Phase {
        case waiting(until: MonotonicTime)
        case playing(since: MonotonicTime)
    }

    /// A clip that takes pictures.
    struct Clip {
        let handle: ClipHandle
        let start: Instant
        let boundary: WallTime
        let base: Int64
        let pictures: PictureBuilder
        var isRefusing = false
        var lastEnd: Instant
    }

    let name: String
    let device: SimulatedDevice
    var phase: Phase
    private var number: UInt32 = 0
    private var session: SimulatedSession?
    /// The strongest way in which this process has told its password.
    private var strongest = AuthenticationScheme.none
    private(set) var backoff = Backoff()
    private var timeline = Timeline(timescale: 90_000, rhythm: 90_000 * 60)
    private var lastDTS: Int64 = -1
    /// The camera's clock: where it was at the machine's start, and how fast it goes.
    private var stampOffset: Int64 = 0
    private var drift = 1.0
    private var isLate = false

    init(name: String, seed: UInt64, now: MonotonicTime) {
        self.name = name
        device = SimulatedDevice(seed: seed)
        phase = .waiting(until: now)
    }

    /// Begins a session with a camera whose clock shows anything; returns why it could not.
    mutating func connect(
        now: MonotonicTime, using random: inout SeededGenerator
    ) -> (end: SessionEnd, at: MonotonicTime)? {
        let clock = ManualClocks()
        clock.advance(to: now)
        do throws(SessionEnd) {
            let opened = try SimulatedSession(
                with: device, clock: clock, strongest: &strongest)
            session = opened
        } catch { return (error, clock.monotonic) }
        phase = .playing(since: now)
        timeline = Timeline(timescale: 90_000, rhythm: 90_000 * 60)
        lastDTS = -1
        stampOffset = Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)
        // A clip of a few long pictures tells less of a crystal's error than one of many.
        drift = Double.random(in: 0.9995...1.0005, using: &random)
        return nil
    }

    /// Lets the camera send its next picture, and returns what comes of it.
    mutating func receive(
        index: Int, now: MonotonicTime, using random: inout SeededGenerator
    ) throws(SessionEnd) -> (number: UInt32, bytes: [UInt8])? {
        number += 1
        let sent = NumberedPicture.bytes(camera: index, number: number, using: &random)
        guard let bytes = try session?.exchange(sent, at: now) else { return nil }
        if bytes != sent { device.complaints.append("picture \(number) came as another") }
        return (number, bytes)
    }

    /// Ends the session, or an attempt; returns when the next begins, and what is wrong with that.
    mutating func end(
        _ end: SessionEnd, now: MonotonicTime, using random: inout SeededGenerator
    ) -> String? {
        var good = Duration.zero
        if case .playing(let since) = phase { good = now - since }
        if let session { strongest = max(strongest, session.close()) }
        let timeout = session?.facts.sessionTimeout ?? .seconds(60)
        session = nil
        let delay = backoff.delay(
            after: end, goodVideo: good, sessionTimeout: timeout,
            random: Double.random(in: 0..<1, using: &random))
        phase = .waiting(until: now + delay)
        let isRefusal = [.failed(.unauthorized(hadCredentials: true)), .failed(.basicRefused)]
            .contains(end)
        guard delay >= .seconds(isRefusal ? 60 : 0.4), delay <= .seconds(1800) else {
            return "\(name) waits \(delay) after \(end)"
        }
        return nil
    }

    /// The recorder's process has ended without a word.
    mutating func abandon(now: MonotonicTime) {
        phase = .waiting(until: now)
        session = nil
        (backoff, strongest) = (Backoff(), .none)
        device.meetNewClient()
    }

    /// What happens to the camera's clock, now and then.
    mutating func disturbClock(using random: inout SeededGenerator) {
        switch Int.random(in: 0..<400, using: &random) {
        case 0: stampOffset += Int64.random(in: -40_000_000_000...40_000_000_000, using: &random)
        case 1: isLate = true
        default: break
        }
    }

    /// Places the next picture on the session's line; returns what is wrong with the place.
    mutating func place(
        at now: MonotonicTime, step: Duration, using random: inout SeededGenerator
    ) -> (dts: Int64, problem: String?) {
        let seconds = Double(now.nanoseconds) / 1e9
        var stamp = Int64(seconds * 90_000 * drift) &+ stampOffset
        // A single stamp that is hours off.
        if isLate { stamp -= 40_000 * 90_000 }
        isLate = false
        let placement = timeline.place(pts: stamp, dts: stamp, arrival: now)
        defer { lastDTS = placement.dts }
        guard placement.dts > lastDTS, placement.compositionOffset >= 0 else {
            return (
                placement.dts, "\(name): the time line went from \(lastDTS) to \(placement.dts)"
            )
        }
        let most = Int64(step.seconds * 90_000 * 3) + 180_000
        if lastDTS >= 0, placement.dts - lastDTS > most {
            return (placement.dts, "\(name): the time line leapt by \(placement.dts - lastDTS)")
        }
        return (placement.dts, nil)
    }
}
