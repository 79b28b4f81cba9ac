/// Keeps encoded sound in step with the camera's audio clock.
///
/// An encoder counts samples and a camera counts ticks, and the two drift: packets are lost, clocks
/// are 2 % fast. Small differences are left alone, so that no click is added; larger ones are
/// mended with silence or by dropping samples; beyond two seconds the line begins anew.
struct AudioPacer {
    /// What to do before samples go to the encoder.
    enum Action: Equatable {
        /// Encode them as they are.
        case append
        /// Encode this many samples of silence first.
        case insertSilence(Int)
        /// Leave out this many samples, at most all of them.
        case drop(Int)
        /// Flush the encoder; its line goes on at this sample.
        case rebase(Int64)
    }

    private let sampleRate: Int64
    private var next: Int64?

    init(sampleRate: Int) { self.sampleRate = Int64(sampleRate) }

    /// Decides about `count` samples that belong at `position` on the session's time line.
    mutating func place(at position: Int64, count: Int) -> Action {
        guard let expected = next else {
            next = position + Int64(count)
            return .rebase(position)
        }
        let late = position - expected
        if abs(late) > 2 * sampleRate {
            next = position + Int64(count)
            return .rebase(position)
        }
        if late > sampleRate / 10 {
            next = position + Int64(count)
            return .insertSilence(Int(late))
        }
        if late < -sampleRate / 10 {
            let dropped = min(Int(-late), count)
            next = expected + Int64(count - dropped)
            return .drop(dropped)
        }
        next = expected + Int64(count)
        return .append
    }
}
