import AVRemux
import ISOBMFF
import Platform
import RTSP
import TestSupport

@testable import Archive

/// One camera as the recorder sees it: its sessions, its clock, and the clips made of it.
///
/// It decides as `CameraLoop`, `CameraSession` and `ClipSequence` do, with the same values
/// (`Backoff`, `Timeline`, `Rotation`), and sends one picture per step, each of them numbered.
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
    var phase: Phase
    var number: UInt32 = 0
    private(set) var backoff = Backoff()
    private var timeline = Timeline(timescale: 90_000, rhythm: 90_000 * 60)
    private var lastDTS: Int64 = -1
    /// The camera's clock: where it was at the machine's start, and how fast it goes.
    private var stampOffset: Int64 = 0
    private var drift = 1.0
    private var isLate = false

    init(name: String, now: MonotonicTime) {
        self.name = name
        phase = .waiting(until: now)
    }

    /// Begins a session with a camera whose clock shows anything.
    mutating func connect(now: MonotonicTime, using random: inout SeededGenerator) {
        phase = .playing(since: now)
        timeline = Timeline(timescale: 90_000, rhythm: 90_000 * 60)
        lastDTS = -1
        stampOffset = Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)
        // A clip of a few long pictures tells less of a crystal's error than one of many.
        drift = Double.random(in: 0.9995...1.0005, using: &random)
    }

    /// Ends the session, or an attempt; returns when the next begins, and what is wrong with that.
    mutating func end(
        _ end: SessionEnd, now: MonotonicTime, using random: inout SeededGenerator
    ) -> String? {
        var good = Duration.zero
        if case .playing(let since) = phase { good = now - since }
        let delay = backoff.delay(
            after: end, goodVideo: good, sessionTimeout: .seconds(60),
            random: Double.random(in: 0..<1, using: &random))
        phase = .waiting(until: now + delay)
        let isRefusal = [.failed(.unauthorized(hadCredentials: true)), .failed(.forbidden)]
            .contains(end)
        guard delay >= .seconds(isRefusal ? 60 : 0.4), delay <= .seconds(1800) else {
            return "\(name) waits \(delay) after \(end)"
        }
        return nil
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

/// Makes a fragment of each picture of a clip.
final class PictureBuilder {
    private var builder: FragmentBuilder

    init(tracks: [TrackDescription]) { builder = FragmentBuilder(tracks: tracks) }

    func fragment(
        of bytes: [UInt8], track: UInt32, decodeTime: UInt64, duration: UInt32, wall: WallTime
    ) -> Fragment? {
        bytes.withUnsafeBytes {
            _ = builder.append(
                track: track, decodeTime: decodeTime,
                sample: TrackSample(
                    duration: duration, size: UInt32(bytes.count), compositionOffset: 0,
                    isSync: true),
                wallNanoseconds: wall.nanoseconds, bytes: $0)
        }
        return builder.flush()
    }
}

/// A picture that says whose it is and which.
enum NumberedPicture {
    private static let mark = Array("picture:".utf8)

    static func bytes(
        camera: Int, number: UInt32, using random: inout SeededGenerator
    ) -> [UInt8] {
        let filler = [UInt8](repeating: 0x5a, count: Int.random(in: 8...400, using: &random))
        let body =
            [0x65, 0x9a] + mark + [UInt8(camera)]
            + (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } + filler
        let length = UInt32(body.count)
        return (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - $0 * 8)) } + body
    }

    /// The numbers of the pictures in a clip's file, in the order of the file.
    static func numbers(in file: [UInt8], camera: Int) -> [UInt32] {
        var found: [UInt32] = []
        file.withUnsafeBytes { bytes in
            var index = 0
            let end = bytes.count - mark.count - 5
            while index < end {
                guard bytes[index] == mark[0], bytes[index + 7] == mark[7],
                    (1..<7).allSatisfy({ bytes[index + $0] == mark[$0] })
                else {
                    index += 1
                    continue
                }
                index += mark.count
                if Int(bytes[index]) == camera {
                    found.append(
                        (0..<4).reduce(UInt32(0)) {
                            $0 | UInt32(bytes[index + 1 + $1]) << UInt32($1 * 8)
                        })
                }
                index += 5
            }
        }
        return found
    }
}
