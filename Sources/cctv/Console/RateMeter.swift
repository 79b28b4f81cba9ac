import AVRemux
import Platform

/// How fast each camera's video comes, measured over the last seconds.
struct RateMeter {
    /// Bits and frames per second.
    struct Rates: Hashable {
        var bitrate: Double
        var frameRate: Double
    }

    private struct Sample {
        var time: MonotonicTime
        var frames: UInt64
        var bytes: UInt64
    }

    /// Over how long is measured, and how often at most is looked.
    static let window = Duration.seconds(5)
    private static let interval = Duration.milliseconds(400)

    private var samples: [String: [Sample]] = [:]

    /// Notes what a camera's recorder has counted until now.
    mutating func note(_ status: CameraStatus, of camera: String, at now: MonotonicTime) {
        var list = samples[camera] ?? []
        // A recorder that was begun anew counts from zero.
        if let last = list.last, status.frames < last.frames { list = [] }
        guard list.last.map({ now - $0.time >= Self.interval }) ?? true else { return }
        list.append(Sample(time: now, frames: status.frames, bytes: status.bytes))
        // The newest sample that is old enough is where the window begins.
        while list.count > 2, now - list[1].time >= Self.window { list.removeFirst() }
        samples[camera] = list
    }

    /// Forgets the cameras that are not recorded.
    mutating func keep(only cameras: some Collection<String>) {
        samples = samples.filter { cameras.contains($0.key) }
    }

    /// The rates of a camera; nil until two seconds were seen of it.
    func rates(of camera: String) -> Rates? {
        guard let list = samples[camera], let first = list.first, let last = list.last,
            last.time - first.time >= .seconds(2)
        else { return nil }
        let seconds = (last.time - first.time).seconds
        return Rates(
            bitrate: Double(last.bytes - first.bytes) * 8 / seconds,
            frameRate: Double(last.frames - first.frames) / seconds)
    }
}
