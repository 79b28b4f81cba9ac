import Glibc

/// A folder of one test, which goes with everything in it when the test lets go of it.
public final class TemporaryDirectory: Sendable {
    /// The folder's absolute path, without a slash at its end.
    public let path: String

    /// Makes an empty folder below `/tmp`.
    public init() {
        var template = Array("/tmp/cctv-test-XXXXXX".utf8CString)
        template.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, mkdtemp(base) != nil else {
                preconditionFailure("mkdtemp: errno \(errno)")
            }
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The path of a file in the folder.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The names of everything in a folder of it, in order; empty if there is no such folder.
    public func names(in folder: String = "") -> [String] {
        guard let directory = opendir(file(folder)) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = Self.name(entry)
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The length of a file of it in bytes; 0 if there is none.
    public func size(of name: String) -> Int64 {
        var status = stat()
        return stat(file(name), &status) == 0 ? Int64(status.st_size) : 0
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        if let directory = opendir(path) {
            var names: [String] = []
            while let entry = readdir(directory) { names.append(name(entry)) }
            closedir(directory)
            for name in names where name != "." && name != ".." { remove("\(path)/\(name)") }
        }
        _ = Glibc.remove(path)
    }

    private static func name(_ entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
    }
}
