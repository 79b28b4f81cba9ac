/// Notices a camera that sends its sound at another rate than it says (16 kHz labelled 8 kHz).
///
/// After ten seconds of the camera's own clock the samples are counted; a difference of more than
/// three percent that lies near a factor of two corrects the label once.
struct SampleRateCheck {
    private let clock: Int64
    private let outputRate: Int64
    private var first: Int64?
    private var samples: Int64 = 0
    private var isDecided = false

    init(clock: Int64, outputRate: Int64) {
        self.clock = clock
        self.outputRate = outputRate
    }

    /// Counts decoded samples at a position of the camera's clock; returns the factor to use.
    mutating func correction(samples count: Int, at position: Int64, present: Double) -> Double {
        guard !isDecided else { return present }
        let start = first ?? position
        first = start
        let elapsed = Double(position - start) / Double(clock)
        defer { samples += Int64(count) }
        guard elapsed >= 10 else { return present }
        isDecided = true
        let factor = Double(samples) / elapsed / Double(outputRate)
        return [0.5, 2, 4, 6].first { abs(factor / $0 - 1) < 0.03 } ?? present
    }
}
