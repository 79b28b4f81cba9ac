import AVRemux
import Console
import Platform

/// Live pictures, and stills of the present and of the past, each on a thread of its own: a disk that
/// hangs holds up what is read from it and nothing else.
final class Pictures: Sendable {
    /// What a camera's thread hands its frames to while somebody watches.
    let live: LiveHub
    /// Makes JPEGs of cameras that run or are looked at.
    let present: StillMaker
    /// Makes JPEGs of recordings.
    let past: StillMaker

    /// Starts the threads.
    ///
    /// - Throws: `SystemError` if the system has no room for them.
    init(clocks: any Clocks) throws(SystemError) {
        live = try LiveHub(clocks: clocks)
        present = try StillMaker(name: "stills")
        past = try StillMaker(name: "stills-past")
    }

    /// Ends every stream and the threads.
    func stop() {
        live.close()
        present.stop()
        past.stop()
    }
}
