import Glibc
import Platform

/// Runs a command of the shell and returns its status with all that it said.
func shell(_ command: String) throws -> (status: Int32, output: String) {
    guard let pipe = popen(command, "r") else {
        throw SystemError(call: "popen", subject: command, code: errno)
    }
    var output: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = fread(&piece, 1, piece.count, pipe)
        guard count > 0 else { break }
        output += piece[..<count]
    }
    return (pclose(pipe) >> 8 & 0xff, String(decoding: output, as: UTF8.self))
}

/// Writes a file.
func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "wb") else {
        throw SystemError(call: "fopen", subject: path, code: errno)
    }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
        throw SystemError(call: "fwrite", subject: path, code: errno)
    }
}
