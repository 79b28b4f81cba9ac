import Glibc
public import Platform

/// The protections of a volume: a file of JSON lines that survives its index.
///
/// Each change writes the file anew beside the old one and renames it in, under a lock, so that a
/// recorder and several people see whole lists only. A line that cannot be read, as a failing disk
/// or an editor leaves it, might protect anything: whatever was recorded until it was noticed is
/// protected in its place, until somebody lifts that.
public struct ProtectionList: Sendable {
    static let name = ".cctv/protections.jsonl"
    private static let lockName = ".cctv/protections.lock"

    private let disk: any Disk
    private let root: DiskFile
    private let clocks: any Clocks

    /// Opens the volume's folder.
    ///
    /// - Throws: `SystemError` if it cannot be opened.
    public init(folder: String) throws(SystemError) {
        let disk = LinuxDisk()
        self.init(disk: disk, root: try disk.openDirectory(folder))
    }

    init(disk: any Disk, root: DiskFile, clocks: any Clocks = SystemClocks()) {
        self.disk = disk
        self.root = root
        self.clocks = clocks
    }

    /// What is protected, in the order in which it was asked for.
    public func all() throws(SystemError) -> [Protection] {
        var contents = try read()
        contents.mend(until: clocks.wall)
        return contents.protections
    }

    /// Protects a stretch of time from now on.
    ///
    /// - Throws: `SystemError`; nothing is then protected.
    public func add(
        camera: String?, range: Range<WallTime>, note: String
    ) throws(SystemError) -> Protection {
        var added = Protection(number: 1, camera: camera, range: range, note: note)
        try change(damagedUntil: clocks.wall) { contents in
            added.number = contents.nextNumber
            contents.protections.append(added)
        }
        return added
    }

    /// Lifts a protection; its clips may then be deleted as any other.
    ///
    /// - Returns: whether there was one of that number.
    public func remove(_ number: Int64) throws(SystemError) -> Bool {
        var found = false
        try change(damagedUntil: clocks.wall) { contents in
            let left = contents.protections.filter { $0.number != number }
            found = left.count < contents.protections.count
            contents.protections = left
        }
        return found
    }

    /// Writes down what lines that cannot be read protect: what was recorded before `time`.
    func mend(until time: WallTime) throws(SystemError) { try change(damagedUntil: time) { _ in } }

    /// Reads the file as it is; one that is not there is empty.
    func read() throws(SystemError) -> Contents {
        Contents(try disk.contents(of: Self.name, in: root) ?? [])
    }

    private func change(
        damagedUntil time: WallTime, _ edit: (inout Contents) -> Void
    ) throws(SystemError) {
        let lock = try disk.openat(root, Self.lockName, O_RDWR | O_CREAT, 0o644)
        guard try disk.flock(lock) else {
            throw SystemError(call: "flock", subject: Self.lockName, code: EBUSY)
        }
        var contents = try read()
        contents.mend(until: time)
        edit(&contents)
        let draft = Self.name + ".new"
        let file = try disk.openat(root, draft, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        try disk.writeAll(file, contents.protections.flatMap(\.line.bytes), at: 0)
        try disk.fdatasync(file)
        try disk.replaceat(root, draft, Self.name)
        try disk.sync(parentOf: Self.name, in: root)
    }
}

extension ProtectionList {
    /// What the file says.
    struct Contents: Sendable {
        var protections: [Protection] = []
        /// Lines that are no protection as this program writes them.
        private(set) var damaged: [[UInt8]] = []

        init(_ file: [UInt8]) {
            for line in file.split(separator: UInt8(ascii: "\n")) {
                if let protection = JSONLine(line).flatMap(Protection.init) {
                    protections.append(protection)
                } else {
                    damaged.append(Array(line))
                }
            }
        }

        var nextNumber: Int64 { (protections.map(\.number).max() ?? 0) + 1 }

        /// Lets each damaged line protect all cameras up to `time`.
        mutating func mend(until time: WallTime) {
            for line in damaged {
                let start = WallTime(nanoseconds: 0)
                let text = String(decoding: line.prefix(200), as: UTF8.self)
                protections.append(
                    Protection(
                        number: nextNumber, camera: nil,
                        range: start..<max(time, start + .nanoseconds(1)),
                        note: "in place of a damaged line: \(text)"))
            }
            damaged = []
        }
    }
}
