import Glibc
import Platform

/// Files of the folder `Fixtures`.
public enum Fixture {
    /// Returns the bytes of `Fixtures/<path>`.
    ///
    /// - Throws: `SystemError` if it cannot be read.
    public static func bytes(_ path: String) throws -> [UInt8] {
        try read(folder + "/" + path)
    }

    /// The path of the folder.
    public static var folder: String { project + "/Fixtures" }

    /// The path of the folder of the whole project.
    public static var project: String {
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    }

    /// Returns the bytes of any file.
    ///
    /// - Throws: `SystemError` if it cannot be read.
    public static func read(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "rb") else {
            throw SystemError(call: "fopen", subject: path, code: errno)
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: piece[..<count])
        }
    }
}
