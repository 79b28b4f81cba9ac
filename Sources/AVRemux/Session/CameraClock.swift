internal import Platform

/// A camera's wall clock against ours, as its sender reports tell it (RFC 3550 6.4.1).
///
/// Reports arrive up to a tenth of a second late, so an offset is no better than that, and a drift no
/// better than `uncertainty`.
public struct CameraClock: Sendable, Equatable {
    /// Seconds that the camera's clock is ahead of ours.
    public var offset: Double
    /// Seconds that it gains in a second of ours; nil with one report only.
    public var drift: Double?
    /// How far the true drift may lie from `drift`; nil with it.
    public var uncertainty: Double?
    /// Reports that were heard.
    public var reports: Int

    /// Lateness of one report against another.
    private static let jitter = 0.1
    /// Seconds from 1900, where NTP begins, to 1970.
    private static let epoch = 2_208_988_800.0

    /// Hears one report after the other.
    struct Listener {
        private var last: UInt64?
        private var first: (camera: Double, at: MonotonicTime)?
        private var latest: (camera: Double, at: MonotonicTime, wall: WallTime)?
        private var reports = 0

        /// Takes the report in hand; the same one again is not counted.
        mutating func hear(ntpTime: UInt64, at now: MonotonicTime, wall: WallTime) {
            guard ntpTime != last else { return }
            last = ntpTime
            reports += 1
            let camera = Double(ntpTime >> 32) + Double(ntpTime & 0xFFFF_FFFF) / 4_294_967_296
            if first == nil { first = (camera, now) }
            latest = (camera, now, wall)
        }

        /// What was heard; nil if nothing was.
        var clock: CameraClock? {
            guard let first, let latest else { return nil }
            let ours = Double(latest.wall.nanoseconds) / 1e9 + CameraClock.epoch
            var clock = CameraClock(offset: latest.camera - ours, reports: reports)
            let elapsed = (latest.at - first.at).seconds
            if elapsed > 1 {
                clock.drift = (latest.camera - first.camera) / elapsed - 1
                clock.uncertainty = CameraClock.jitter / elapsed
            }
            return clock
        }
    }
}
