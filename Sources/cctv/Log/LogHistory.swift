import Glibc
import Platform

/// The log's files, read backwards: the one that is written, then `.1` and so on.
struct LogHistory: Sendable {
    /// A place between two lines, which stays the same when the files are renamed.
    struct Place: Sendable, Hashable {
        /// The file, by its inode.
        var file: UInt64
        /// Bytes from its beginning; a line begins there.
        var offset: Int64

        init(file: UInt64, offset: Int64) {
            self.file = file
            self.offset = offset
        }

        /// Reads what `text` wrote.
        init?(_ text: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let file = UInt64(parts[0]), let offset = Int64(parts[1]),
                offset >= 0
            else { return nil }
            self.init(file: file, offset: offset)
        }

        /// The place as clients hand it back.
        var text: String { "\(file)-\(offset)" }
    }

    /// Lines that were found, the newest first, and where to go on; nil at the end of the last file.
    struct Page: Sendable {
        var lines: [Line] = []
        var next: Place?
    }

    /// A line as it stands in a file.
    struct Line: Sendable {
        var time: WallTime
        var level: LogLevel
        var event: String
        var camera: String?
        var message: String
    }

    /// Bytes that one question looks through at most, whatever it finds.
    static let greatestLook = 8 << 20
    private static let blockLength = 256 << 10

    /// The file that is written.
    let path: String

    /// Looks for lines before a place.
    ///
    /// - Parameter filter: its `before` is not used.
    /// - Throws: `SystemError` if a file is there and cannot be read.
    func lines(_ filter: LogRing.Filter, before place: Place) throws(SystemError) -> Page {
        var page = Page(next: place)
        var left = Self.greatestLook
        while let at = page.next, left > 0 {
            guard let file = try find(at.file) else {
                page.next = nil
                break
            }
            if try look(through: file, filter, &page, &left) { break }
            if page.next?.offset == 0 { page.next = try end(ofGeneration: file.generation + 1) }
        }
        return page
    }

    /// Looks through a file towards its beginning, for `left` bytes; true once there are enough lines.
    private func look(
        through file: borrowing Opened, _ filter: LogRing.Filter, _ page: inout Page,
        _ left: inout Int
    ) throws(SystemError) -> Bool {
        while let end = page.next?.offset, end > 0, left > 0 {
            let from = max(0, end - Int64(Self.blockLength))
            var block = try file.read(from..<end)
            // The first line of a block that begins within one belongs to the block before.
            if from > 0, let first = block.firstIndex(of: UInt8(ascii: "\n")) {
                block.removeFirst(first + 1)
            }
            left -= Int(end - from)
            if take(block, filter, &page) { return true }
            // A line longer than a block is no line of ours.
            page.next?.offset = block.isEmpty ? from : end - Int64(block.count)
        }
        return false
    }

    /// Takes the lines of a block from its end; true once there are enough.
    private func take(_ block: [UInt8], _ filter: LogRing.Filter, _ page: inout Page) -> Bool {
        let search = filter.search?.lowercased()
        var end = block.endIndex
        while end > block.startIndex {
            let stop = block[end - 1] == UInt8(ascii: "\n") ? end - 1 : end
            let begin = block[..<stop].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            if let line = Line(block[begin..<stop]), line.isWanted(filter, search) {
                guard page.lines.count < filter.limit else {
                    page.next?.offset -= Int64(block.count - end)
                    return true
                }
                page.lines.append(line)
            }
            end = begin
        }
        return false
    }

    /// One of the files, opened.
    private struct Opened: ~Copyable {
        let descriptor: OwnedDescriptor
        let path: String
        let generation: Int
        let inode: UInt64
        let size: Int64

        func read(_ range: Range<Int64>) throws(SystemError) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: range.count)
            let count = pread(
                descriptor.number, &bytes, bytes.count, off_t(range.lowerBound))
            guard count >= 0 else { throw SystemError(call: "pread", subject: path) }
            return Array(bytes[..<count])
        }
    }

    /// The file of an inode, whatever it is called now; nil if it was deleted meanwhile.
    private func find(_ inode: UInt64) throws(SystemError) -> Opened? {
        for generation in 0...LogFile.generations {
            if let file = try open(generation), file.inode == inode { return file }
        }
        return nil
    }

    /// Where a generation ends; nil if there is none.
    private func end(ofGeneration generation: Int) throws(SystemError) -> Place? {
        guard generation <= LogFile.generations, let file = try open(generation) else {
            return nil
        }
        return Place(file: file.inode, offset: file.size)
    }

    private func open(_ generation: Int) throws(SystemError) -> Opened? {
        let name = generation == 0 ? path : "\(path).\(generation)"
        do throws(SystemError) {
            let descriptor = try OwnedDescriptor.open(name, O_RDONLY | O_NONBLOCK)
            var status = stat()
            guard fstat(descriptor.number, &status) == 0, status.st_mode & S_IFMT == S_IFREG
            else { return nil }
            return Opened(
                descriptor: descriptor, path: name, generation: generation,
                inode: UInt64(status.st_ino), size: Int64(status.st_size))
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }
}

extension LogHistory.Line {
    /// Reads a line of the file; nil if it is torn or not one.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let json = try? JSONReader.read(Array(bytes)),
            let time = json["timestamp"]?.string.flatMap(WallTime.init(rfc3339:)),
            let level = json["level"]?.string.flatMap(LogLevel.init(rawValue:)),
            let message = json["message"]?.string
        else { return nil }
        self.init(
            time: time, level: level, event: json["event"]?.string ?? "",
            camera: json["camera"]?.string, message: message)
    }

    /// Whether a question asks for it; `search` is in small letters.
    fileprivate func isWanted(_ filter: LogRing.Filter, _ search: String?) -> Bool {
        guard level >= filter.level, filter.camera.map({ $0 == camera }) ?? true else {
            return false
        }
        return search.map { text in
            message.lowercased().contains(text) || event.contains(text)
                || camera?.contains(text) == true
        } ?? true
    }
}
