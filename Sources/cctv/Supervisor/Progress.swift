import AVRemux
import Platform

/// The line that stands below the log on a terminal while cameras are recorded.
struct Progress {
    private var last: (time: MonotonicTime, bytes: UInt64)?

    /// Returns the line for now: cameras, what was recorded, and how fast it comes.
    mutating func line(
        _ isOn: Bool, _ states: [(camera: Settings.Camera, status: CameraStatus?)],
        at now: MonotonicTime
    ) -> String {
        guard isOn else { return "not recording; begin with: cctv start" }
        let bytes = states.reduce(0) { $0 &+ ($1.status?.bytes ?? 0) }
        var rate = ""
        if let last, now > last.time, bytes >= last.bytes {
            let bits = Double(bytes - last.bytes) * 8 / (now - last.time).seconds
            rate = ", \(decimal(bits / 1e6, places: 1)) Mbit/s"
        }
        last = (now, bytes)
        return "\(Self.words(isOn, states)), \(Self.size(bytes)) so far\(rate)"
    }

    /// How many cameras are recorded now: `recording 3 of 4 cameras`.
    static func words(
        _ isOn: Bool, _ states: [(camera: Settings.Camera, status: CameraStatus?)]
    ) -> String {
        guard isOn else { return "not recording" }
        guard !states.isEmpty else { return "no camera is set up yet" }
        let recorded = states.filter { $0.status?.activity == .recording }.count
        return
            "recording \(recorded) of \(states.count) \(states.count == 1 ? "camera" : "cameras")"
    }

    /// Bytes with a unit that people read: `1.2 GB`.
    static func size(_ bytes: UInt64) -> String {
        switch bytes {
        case ..<1_000_000: "\(bytes / 1000) kB"
        case ..<1_000_000_000: "\(decimal(Double(bytes) / 1e6, places: 1)) MB"
        default: "\(decimal(Double(bytes) / 1e9, places: 2)) GB"
        }
    }
}
