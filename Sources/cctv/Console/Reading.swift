import Archive
import Console
import Platform

/// What the reading thread has open and remembers.
struct Reading {
    let volume: VolumeReader
    /// What was worked out lately, because it changes slowly and costs a walk through the index.
    var shares: (at: MonotonicTime, value: [CameraShare])?
    var soon: (at: MonotonicTime, value: [String: WallTime])?

    init(volume: VolumeReader) { self.volume = volume }

    /// Closes everything, for a disk that went.
    mutating func forget() {
        volume.close()
        (shares, soon) = (nil, nil)
    }

    /// Runs a question to the index.
    func ask<Value>(
        _ body: (VolumeReader) throws(IndexFault) -> Value
    ) throws(RecorderFailure) -> Value {
        do throws(IndexFault) { return try body(volume) } catch { throw RecorderFailure(error) }
    }

    /// Runs a question to the volume's own files.
    func read<Value>(
        _ body: (VolumeReader) throws(SystemError) -> Value
    ) throws(RecorderFailure) -> Value {
        do throws(SystemError) { return try body(volume) } catch {
            throw RecorderFailure(reading: error)
        }
    }
}
