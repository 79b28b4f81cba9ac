import ISOBMFF
import Platform

/// A clip that takes fragments, or waits to be made final; one thread has it at a time.
struct OpenClip: Sendable {
    let handle: ClipHandle
    let target: SyncTarget
    let initSegment: InitSegment
    var facts: ClipFacts
    var tables: SampleTables
    /// Bytes counted for the clip in the limits: what is written and what is taken ahead.
    var reserved: Int64
    /// How often finalizing was tried again for want of room.
    var retries = 0

    mutating func updateDuration() {
        facts.mediaDuration = .nanoseconds(Int64(clamping: tables.durationNanoseconds))
    }

    /// Bytes of the file with one more fragment and room for its end.
    func needs(_ fragment: Fragment) -> Int64 {
        target.end + Int64(fragment.byteCount) + tailRoom(with: fragment)
    }

    /// Bytes to keep free behind `end` so that finalizing finds room when nobody else does.
    ///
    /// A sample takes at most 24 bytes in `stsz`, `stts`, `ctts` and `stss`, a run 16 in `stsc` and
    /// `stco` (ISO/IEC 14496-12 8.6, 8.7).
    func tailRoom(with fragment: Fragment?) -> Int64 {
        let more = fragment?.runs.reduce(0) { $0 + $1.samples.count } ?? 0
        let samples = tables.primarySampleCount + tables.otherSampleCount + more
        let runs = (Int(tables.fragmentCount) + 1) * tables.tracks.count
        return Int64(initSegment.bytes.count + samples * 24 + runs * 16 + 4096)
    }
}
