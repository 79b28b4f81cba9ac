public import Platform

/// A volume as a recorder finds it at its start.
public enum VolumeState: Sendable {
    /// It is there.
    case mounted(Volume)
    /// Its disk is not mounted; it is recorded to once it is.
    case absent(AbsentVolume)

    /// The folder as it was named.
    public var folder: String {
        switch self {
        case .mounted(let volume): volume.folder
        case .absent(let volume): volume.folder
        }
    }

    /// Who the volume is.
    public var uuid: String {
        switch self {
        case .mounted(let volume): volume.identity.uuid
        case .absent(let volume): volume.uuid
        }
    }

    /// Whether its disk is not mounted.
    public var isAbsent: Bool { if case .absent = self { true } else { false } }
}

/// A volume whose disk is not mounted, and how it is known again.
public struct AbsentVolume: Sendable {
    /// Where it will be.
    public let folder: String
    /// Who it is.
    public let uuid: String
    let disk: any Disk

    /// - Parameter meter: counts what is written to it later; nil for nobody.
    public init(
        folder: String, uuid: String, meter: WriteMeter? = nil, clocks: any Clocks = SystemClocks()
    ) {
        self.init(
            folder: folder, uuid: uuid, disk: LinuxDisk.counted(by: meter, clocks: clocks))
    }

    init(folder: String, uuid: String, disk: any Disk) {
        self.folder = folder
        self.uuid = uuid
        self.disk = disk
    }
}

extension VolumeIdentity {
    /// Reads who the volume in a folder is, without opening it; nil if there is none.
    public static func read(in folder: String) -> VolumeIdentity? {
        let disk = LinuxDisk()
        guard let root = try? disk.openDirectory(folder) else { return nil }
        let marker = try? disk.contents(of: Volume.marker, in: root)
        return marker.flatMap { $0 }.flatMap(VolumeIdentity.init(json:))
    }
}
