import Glibc
import Platform

/// Notices that a volume goes and comes back.
struct VolumeWatch {
    /// What a look has found.
    enum Finding {
        case same
        /// The path no longer leads to the volume.
        case lost
        /// The volume takes writes again and must be looked through anew.
        case returned(Volume)
    }

    private static let lookInterval: Duration = .seconds(5)
    private static let probe = ".cctv/probe"

    private var volume: Volume?
    private let folder: String
    private let uuid: String
    private let disk: any Disk
    private let clocks: any Clocks
    private var lastLook: MonotonicTime
    /// Damage within the last minute.
    private var failures: [MonotonicTime] = []

    init(_ state: VolumeState, clocks: any Clocks) {
        switch state {
        case .mounted(let volume):
            self.volume = volume
            disk = volume.disk
        case .absent(let absent): disk = absent.disk
        }
        folder = state.folder
        uuid = state.uuid
        self.clocks = clocks
        lastLook = clocks.monotonic
    }

    /// Lets go of a volume that is gone, so that its lock goes with its last open clip.
    mutating func release() { volume = nil }

    /// Counts damage; true if the disk has failed three times in a minute.
    mutating func countFailure() -> Bool {
        let now = clocks.monotonic
        failures = failures.filter { now - $0 < .seconds(60) } + [now]
        return failures.count >= 3
    }

    /// Looks at the volume if that is due.
    ///
    /// - Parameter idle: whether no clip is under way, so that the volume may be opened anew.
    mutating func look(trouble: VolumeTrouble?, idle: Bool) -> Finding {
        let now = clocks.monotonic
        guard now - lastLook >= Self.lookInterval else { return .same }
        lastLook = now
        guard let volume else {
            guard idle else { return .same }
            let found = try? Volume.open(folder, expecting: uuid, disk: disk, clocks: clocks)
            self.volume = found
            return found.map(Finding.returned) ?? .same
        }
        guard volume.isMounted() else { return .lost }
        guard let trouble, trouble != .full, idle, takesWrites(volume) else { return .same }
        failures = []
        return .returned(volume)
    }

    private func takesWrites(_ volume: Volume) -> Bool {
        do throws(SystemError) {
            let file = try disk.openat(volume.root, Self.probe, O_WRONLY | O_CREAT, 0o644)
            try disk.writeAll(file, Array("probe\n".utf8), at: 0)
            try disk.fdatasync(file)
            try disk.remove(Self.probe, in: volume.root)
            return true
        } catch { return false }
    }
}
