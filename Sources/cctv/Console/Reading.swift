import Archive
import Console
import Platform

/// What the reading thread has open and remembers.
struct Reading {
    let volume: VolumeReader
    /// What was worked out lately, because it changes slowly and costs a walk through the index.
    var shares: (at: MonotonicTime, value: [CameraShare])?
    var soon: (at: MonotonicTime, value: [String: WallTime])?

    /// Whether the volume's disk is gone: what lies in its place is not looked at.
    var isAway = false

    init(volume: VolumeReader) { self.volume = volume }

    /// Closes everything, for a disk that went.
    mutating func letGo() {
        volume.close()
        (shares, soon) = (nil, nil)
        isAway = true
    }

    /// Nothing is asked of a disk that is gone, and nothing written in its place.
    func requireVolume() throws(RecorderFailure) {
        if isAway { throw .volumeAway }
    }

    /// Runs a question to the index.
    func ask<Value>(
        _ body: (VolumeReader) throws(IndexFault) -> Value
    ) throws(RecorderFailure) -> Value {
        try requireVolume()
        do throws(IndexFault) { return try body(volume) } catch { throw RecorderFailure(error) }
    }

    /// Runs a question to the volume's own files.
    func read<Value>(
        _ body: (VolumeReader) throws(SystemError) -> Value
    ) throws(RecorderFailure) -> Value {
        try requireVolume()
        do throws(SystemError) { return try body(volume) } catch {
            throw RecorderFailure(reading: error)
        }
    }
}
