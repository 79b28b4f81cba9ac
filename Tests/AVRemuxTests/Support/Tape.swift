import FakeCamera
import ISOBMFF
import Platform
import Synchronization

@testable import AVRemux

/// A sink that keeps every clip in memory, as a camera's thread handed it over.
final class Tape: ClipSink {
    /// One clip.
    struct Clip: Sendable {
        var token: ClipToken
        var start: ClipStart
        var fragments: [Fragment] = []
        var finish: ClipFinish?
    }

    /// One sample of a clip.
    struct Sample {
        var decodeTime: UInt64
        var facts: TrackSample
        var bytes: [UInt8]
    }

    private let state = Mutex<[Clip]>([])
    /// Says what becomes of the fragment with this number among all.
    private let answer: @Sendable (Int) -> ClipAnswer
    private let offered = Mutex(0)

    init(answer: @escaping @Sendable (Int) -> ClipAnswer = { _ in .taken }) {
        self.answer = answer
    }

    /// All clips in the order in which they began.
    var clips: [Clip] { state.withLock { $0 } }

    func begin(_ clip: ClipStart) -> ClipToken {
        state.withLock {
            let token = ClipToken(number: UInt64($0.count))
            $0.append(Clip(token: token, start: clip))
            return token
        }
    }

    func append(_ fragment: Fragment, to clip: ClipToken) -> ClipAnswer {
        let number = offered.withLock {
            $0 += 1
            return $0
        }
        let answer = answer(number)
        switch answer {
        case .taken, .takenAsRoomEnds:
            state.withLock { $0[Int(clip.number)].fragments.append(fragment) }
        case .noRoom, .closed: break
        }
        return answer
    }

    func end(_ clip: ClipToken, _ finish: ClipFinish) {
        state.withLock { $0[Int(clip.number)].finish = finish }
    }
}

extension Tape.Clip {
    /// The samples of a track: 1 is the picture, 2 the sound.
    func samples(track: UInt32 = 1) -> [Tape.Sample] {
        fragments.flatMap { fragment in
            fragment.withBytes { bytes in
                fragment.runs.filter { $0.trackID == track }.flatMap { run in
                    var time = run.baseDecodeTime
                    var offset = Int(run.dataOffset)
                    return run.samples.map { facts in
                        defer {
                            time += UInt64(facts.duration)
                            offset += Int(facts.size)
                        }
                        return Tape.Sample(
                            decodeTime: time, facts: facts,
                            bytes: Array(bytes[offset..<offset + Int(facts.size)]))
                    }
                }
            }
        }
    }

    /// The camera's own numbers of the clip's frames.
    var frameNumbers: [UInt64] {
        samples().compactMap { sample in
            sample.bytes.withUnsafeBytes { FrameLedger.mark(in: $0)?.counter }
        }
    }

    /// The tracks that the clip's header declares.
    var tracks: [TrackDescription] {
        get throws {
            let header = ClipHeader(
                cameraName: start.camera, startUTC: start.start.nanoseconds, startMonotonic: 0,
                bootID: [UInt8](repeating: 0, count: 16), sequence: 1)
            return try start.muxerBytes.withUnsafeBytes {
                try InitSegment(muxerBytes: $0, header: header).tracks
            }
        }
    }

    /// Seconds from the first to the end of the last sample of a track.
    func duration(track: UInt32 = 1, timescale: Double = 90_000) -> Double {
        let samples = samples(track: track)
        guard let last = samples.last else { return 0 }
        return Double(last.decodeTime + UInt64(last.facts.duration)) / timescale
    }
}
