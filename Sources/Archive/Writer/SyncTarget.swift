import Platform
import Synchronization

/// An open clip's file as both threads see it: one writes, the other makes it safe.
final class SyncTarget: Sendable {
    let id: UInt64
    let file: DiskFile
    /// Keeps the volume open and locked as long as one of its clips is.
    let volume: Volume
    /// End of the last whole fragment, in bytes from the start of the file.
    private let written = Atomic<Int64>(0)

    init(id: UInt64, file: DiskFile, volume: Volume) {
        self.id = id
        self.file = file
        self.volume = volume
    }

    var end: Int64 {
        get { written.load(ordering: .acquiring) }
        set { written.store(newValue, ordering: .releasing) }
    }
}
