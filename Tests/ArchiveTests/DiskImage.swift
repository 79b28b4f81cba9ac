import Glibc
import Platform
import TestSupport

@testable import Archive

/// What is on a simulated disk, in its memory and truly kept.
struct DiskImage: Sendable {
    static let folder = "/srv/recordings"

    private(set) var nodes: [Int: DiskNode] = [:]
    /// Bytes of all files that have a name.
    private(set) var used = 0
    /// Absolute paths that can be opened.
    var mounts: [String: Int] = [:]
    var capacity: Int
    var callCount = 0
    var isOff = false
    var locks: [Int: Int32] = [:]
    /// How long each file was when it was last made safe.
    var safeSizes: [String: Int] = [:]
    private var descriptors: [Int32: Int] = [:]
    private var nextDescriptor: Int32 = 3
    private var nextInode = 1

    init(capacity: Int = 1 << 40) {
        self.capacity = capacity
        mounts[Self.folder] = addNode(isDirectory: true)
    }

    mutating func addNode(isDirectory: Bool, device: Int = 1) -> Int {
        defer { nextInode += 1 }
        nodes[nextInode] = DiskNode(isDirectory: isDirectory, device: device)
        return nextInode
    }

    /// Changes a file or folder, and keeps account of what is used.
    mutating func change(_ inode: Int, _ body: (inout DiskNode) -> Void) {
        guard let before = nodes[inode]?.allocated else { return }
        nodes[inode]?.change(body)
        guard let node = nodes[inode], node.hasName else { return }
        used += node.allocated - before
    }

    mutating func open(_ inode: Int) -> Int32 {
        defer { nextDescriptor += 1 }
        descriptors[nextDescriptor] = inode
        return nextDescriptor
    }

    mutating func close(_ number: Int32) {
        guard let inode = descriptors.removeValue(forKey: number) else { return }
        if locks[inode] == number { locks[inode] = nil }
    }

    func inode(of file: DiskFile) throws(SystemError) -> Int {
        guard let inode = descriptors[file.number] else {
            throw SystemError(call: "descriptor", subject: file.path, code: EBADF)
        }
        return inode
    }

    func find(_ path: String, from base: Int) throws(SystemError) -> Int {
        var inode = base
        for name in path.split(separator: "/") where name != "." {
            guard let next = nodes[inode]?.names[String(name)] else {
                throw SystemError(call: "find", subject: path, code: ENOENT)
            }
            inode = next
        }
        return inode
    }

    mutating func create(
        _ path: String, from base: Int, isDirectory: Bool
    ) throws(SystemError) -> Int {
        let (parent, name) = try parent(of: path, from: base)
        guard room(in: nil, at: 0) > 0 else {
            throw SystemError(call: "create", subject: path, code: ENOSPC)
        }
        let inode = addNode(isDirectory: isDirectory, device: nodes[base]?.device ?? 1)
        nodes[parent]?.link(name, inode)
        return inode
    }

    mutating func remove(_ path: String, from base: Int) throws(SystemError) {
        let inode = try find(path, from: base)
        guard nodes[inode]?.names.isEmpty ?? true else {
            throw SystemError(call: "unlinkat", subject: path, code: ENOTEMPTY)
        }
        let (parent, name) = try parent(of: path, from: base)
        nodes[parent]?.link(name, nil)
        used -= nodes[inode]?.allocated ?? 0
        nodes[inode]?.hasName = false
    }

    mutating func rename(_ from: String, _ to: String, in base: Int) throws(SystemError) {
        let inode = try find(from, from: base)
        guard (try? find(to, from: base)) == nil else {
            throw SystemError(call: "renameat2", subject: to, code: EEXIST)
        }
        let (oldParent, oldName) = try parent(of: from, from: base)
        let (newParent, newName) = try parent(of: to, from: base)
        nodes[oldParent]?.link(oldName, nil)
        nodes[newParent]?.link(newName, inode)
    }

    /// Renames over a name in use, whose file is gone then.
    mutating func replace(_ from: String, _ to: String, in base: Int) throws(SystemError) {
        let inode = try find(from, from: base)
        if let old = try? find(to, from: base) {
            used -= nodes[old]?.allocated ?? 0
            nodes[old]?.hasName = false
        }
        let (oldParent, oldName) = try parent(of: from, from: base)
        let (newParent, newName) = try parent(of: to, from: base)
        nodes[newParent]?.link(newName, inode)
        nodes[oldParent]?.link(oldName, nil)
    }

    private func parent(
        of path: String, from base: Int
    ) throws(SystemError) -> (Int, String) {
        var parts = path.split(separator: "/")
        let name = String(parts.removeLast())
        return (try find(parts.joined(separator: "/"), from: base), name)
    }

    /// Bytes that may be written to a file from `offset` on.
    func room(in inode: Int?, at offset: Int64) -> Int {
        let taken = inode.flatMap { nodes[$0]?.allocated } ?? 0
        return max(0, free + taken - Int(offset))
    }

    /// Counts anew what has a name; the rest is gone with the process that had it open, but for what a
    /// power cut may give its name back.
    private mutating func recount() {
        var seen: Set<Int> = []
        used = mounts.values.reduce(0) { $0 + used(by: $1, seen: &seen) }
        let kept = seen.reduce(into: seen) { $0.formUnion(nodes[$1]?.unsyncedNames ?? []) }
        nodes = nodes.filter { kept.contains($0.key) }
        for inode in seen { nodes[inode]?.hasName = true }
    }

    var free: Int { max(0, capacity - used) }

    private func used(by inode: Int, seen: inout Set<Int>) -> Int {
        guard seen.insert(inode).inserted, let node = nodes[inode] else { return 0 }
        return node.allocated + node.names.values.reduce(0) { $0 + used(by: $1, seen: &seen) }
    }

    /// All files below a folder, by path.
    func files(in inode: Int? = nil, prefix: String = "") -> [String: [UInt8]] {
        guard let node = nodes[inode ?? mounts[Self.folder] ?? 0] else { return [:] }
        guard node.isDirectory else { return [prefix: node.bytes] }
        return node.names.reduce(into: [:]) { files, entry in
            let path = prefix.isEmpty ? entry.key : "\(prefix)/\(entry.key)"
            files.merge(self.files(in: entry.value, prefix: path)) { $1 }
        }
    }

    /// What the files of a folder take.
    func allocated(below folder: String) -> Int {
        guard let base = mounts[Self.folder], let inode = try? find(folder, from: base) else {
            return 0
        }
        var seen: Set<Int> = []
        return used(by: inode, seen: &seen) - folderBytes(inode)
    }

    private func folderBytes(_ inode: Int) -> Int {
        guard let node = nodes[inode], node.isDirectory else { return 0 }
        return node.allocated + node.names.values.reduce(0) { $0 + folderBytes($1) }
    }

    /// All folders below the volume's but its own, by path.
    func folders(in inode: Int? = nil, prefix: String = "") -> [String] {
        let node = nodes[inode ?? mounts[Self.folder] ?? 0]
        return (node?.names ?? [:]).sorted { $0.key < $1.key }.flatMap { name, inode in
            guard nodes[inode]?.isDirectory == true, !name.hasPrefix(".") else { return [String]() }
            let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
            return [path] + folders(in: inode, prefix: path)
        }
    }

    /// The disk as the next process finds it after this one was killed.
    func afterKill() -> DiskImage {
        var image = self
        image.isOff = false
        image.callCount = 0
        image.descriptors = [:]
        image.locks = [:]
        for inode in nodes.keys { image.nodes[inode]?.reserved = 0 }
        image.recount()
        return image
    }

    /// The disk after the power came back: what was not synced is kept, torn or lost by chance.
    func afterPowerCut(using random: inout SeededGenerator) -> DiskImage {
        var image = self
        for inode in nodes.keys.sorted() { image.nodes[inode]?.losePower(using: &random) }
        return image.afterKill()
    }
}

/// A file or a folder, as it is in memory and as the disk truly keeps it.
struct DiskNode: Sendable {
    private enum Change {
        case write(Int, [UInt8])
        case truncate(Int)
        case link(String, Int?)
    }

    static let sector = 512

    let isDirectory: Bool
    let device: Int
    private(set) var bytes: [UInt8] = []
    private(set) var names: [String: Int] = [:]
    var reserved = 0
    /// Whether it is in some folder.
    var hasName = true
    private var safeBytes: [UInt8] = []
    private var safeNames: [String: Int] = [:]
    private var changes: [Change] = []

    init(isDirectory: Bool, device: Int) {
        self.isDirectory = isDirectory
        self.device = device
    }

    var allocated: Int { (max(bytes.count, reserved) + 4095) / 4096 * 4096 }

    fileprivate mutating func change(_ body: (inout DiskNode) -> Void) { body(&self) }

    mutating func write(_ new: [UInt8], at offset: Int) {
        bytes.overwrite(at: offset, new)
        changes.append(.write(offset, new))
    }

    mutating func truncate(to size: Int) {
        bytes.resize(to: size)
        reserved = 0
        changes.append(.truncate(size))
    }

    mutating func link(_ name: String, _ inode: Int?) {
        names[name] = inode
        changes.append(.link(name, inode))
    }

    /// What names that a power cut may bring back stand for.
    fileprivate var unsyncedNames: [Int] {
        changes.compactMap { if case .link(_, let inode) = $0 { inode } else { nil } }
            + safeNames.values
    }

    mutating func sync() {
        (safeBytes, safeNames, changes) = (bytes, names, [])
    }

    mutating func losePower(using random: inout SeededGenerator) {
        var (keptBytes, keptNames) = (safeBytes, safeNames)
        // Names are kept in order up to some point; sectors of files in any order.
        let keptLinks = Int.random(in: 0...changes.count, using: &random)
        let keptPercent = [0, 50, 90, 100].randomElement(using: &random) ?? 0
        for (index, change) in changes.enumerated() {
            switch change {
            case .link(let name, let inode):
                if index < keptLinks { keptNames[name] = inode }
            case .truncate(let size):
                if Int.random(in: 0..<100, using: &random) < keptPercent {
                    keptBytes.resize(to: size)
                }
            case .write(let offset, let new):
                for start in Self.sectors(offset, new.count)
                where Int.random(in: 0..<100, using: &random) < keptPercent {
                    let end = min(start + Self.sector - start % Self.sector, offset + new.count)
                    keptBytes.overwrite(at: start, Array(new[start - offset..<end - offset]))
                }
            }
        }
        (bytes, names, reserved) = (keptBytes, keptNames, 0)
        (safeBytes, safeNames, changes) = (bytes, names, [])
    }

    /// Where the pieces of a write begin that the disk keeps or loses as a whole.
    private static func sectors(_ offset: Int, _ count: Int) -> [Int] {
        var starts: [Int] = []
        var position = offset
        while position < offset + count {
            starts.append(position)
            position += sector - position % sector
        }
        return starts
    }
}

extension [UInt8] {
    mutating func resize(to size: Int) {
        if size < count {
            removeLast(count - size)
        } else {
            append(contentsOf: repeatElement(0, count: size - count))
        }
    }

    mutating func overwrite(at offset: Int, _ new: [UInt8]) {
        if count < offset + new.count { resize(to: offset + new.count) }
        replaceSubrange(offset..<offset + new.count, with: new)
    }
}
