public import Platform

/// Decides at which key frame a clip ends and the next begins.
///
/// A clip ends at the first key frame at or after its boundary, so no frame lies between two clips.
public struct Rotation: Sendable, Equatable {
    /// The length of a clip in nanoseconds; more than zero.
    public let interval: Int64
    /// Whether boundaries are multiples of the interval on the local clock.
    public let isAligned: Bool
    /// Bytes after which a clip ends early: every offset in it must fit into 32 bits.
    public static let sizeLimit: UInt64 = 7 << 29
    /// Bytes after which the next key frame begins a clip.
    public let sizeLimit: UInt64
    /// Bytes after which a clip ends although no key frame has come, so that its size still fits.
    public var greatestSize: UInt64 { sizeLimit + sizeLimit / 16 }
    /// How often one stream may end a clip by changing its parameters.
    public static let parameterChangeInterval = Duration.seconds(5)

    /// Rules for clips of a length.
    ///
    /// - Parameter interval: the length of a clip; at least a second.
    public init(
        interval: Duration, isAligned: Bool, sizeLimit: UInt64 = Rotation.sizeLimit
    ) {
        self.sizeLimit = sizeLimit
        self.interval = max(interval.nanoseconds, 1_000_000_000)
        self.isAligned = isAligned
    }

    /// Returns the wall time at or after which the next key frame begins a new clip.
    ///
    /// - Parameters:
    ///   - start: when the clip began.
    ///   - utcOffset: seconds that the local clock is ahead of UTC at that time.
    public func boundary(ofClipStartedAt start: WallTime, utcOffset: Int64) -> WallTime {
        guard isAligned else { return WallTime(nanoseconds: start.nanoseconds + interval) }
        let shift = utcOffset * 1_000_000_000
        let local = start.nanoseconds + shift
        let index = local >= 0 ? local / interval : (local - interval + 1) / interval
        return WallTime(nanoseconds: (index + 1) * interval - shift)
    }
}
