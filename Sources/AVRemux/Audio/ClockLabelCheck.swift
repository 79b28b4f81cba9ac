internal import Platform

/// Notices a camera whose sound has another clock than it says: 16 kHz labelled 8 kHz, with time
/// stamps that count the true samples, so that every second of sound lasts two.
///
/// The label is held against the picture's clock, once for each session, so that a camera whose whole
/// time passes faster is left alone. Only factors that mislabelled cameras have are believed; a clock
/// that is a few percent wrong is the camera's own pace.
struct ClockLabelCheck {
    /// libavformat holds the first packets back, so the order of their arrival says nothing.
    static let settling = Duration.seconds(1.5)
    /// Long enough that packets which come in bunches do not look like another factor.
    static let window = Duration.seconds(4)

    private let clock: Int64
    private var first: Duration?
    private var start: (position: Int64, picture: Duration)?
    private var isDecided = false

    /// - Parameter clock: ticks per second, as the camera says.
    init(clock: Int64) { self.clock = clock }

    /// Takes a packet's position on the sound's line, and the picture's position when it came.
    ///
    /// - Returns: what the clock must be multiplied with, once, if the label is wrong.
    mutating func factor(at position: Int64, picture: Duration) -> Int64? {
        guard !isDecided else { return nil }
        let first = first ?? picture
        self.first = first
        guard picture - first >= Self.settling else { return nil }
        guard let start else {
            start = (position, picture)
            return nil
        }
        let elapsed = picture - start.picture
        guard elapsed >= Self.window else { return nil }
        isDecided = true
        let told = Double(position - start.position) / Double(clock)
        return [2, 4, 6].first { abs(told / elapsed.seconds / Double($0) - 1) < 0.15 }
    }
}
