import Platform

/// A tar archive in memory (POSIX.1-1988 ustar), for a few small files.
struct TarArchive {
    private static let blockLength = 512
    private(set) var bytes: [UInt8] = []

    /// Adds a file.
    ///
    /// - Parameter name: at most 100 bytes of ASCII.
    mutating func add(_ name: String, _ content: [UInt8], modified: WallTime) {
        precondition(name.utf8.count <= 100, "the name is too long for a header")
        var header = [UInt8](repeating: 0, count: Self.blockLength)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        func octal(_ number: Int, digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(name, at: 0)
        put(octal(0o644, digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(content.count, digits: 11), at: 124)
        put(octal(Int(max(0, modified.nanoseconds / 1_000_000_000)), digits: 11), at: 136)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        // The sum is taken as if its own field held blanks.
        put("        ", at: 148)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6), at: 148)
        header[154] = 0
        bytes += header + content
        let rest = content.count % Self.blockLength
        if rest > 0 { bytes += [UInt8](repeating: 0, count: Self.blockLength - rest) }
    }

    /// The whole archive with its end: two blocks of zeros.
    var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 2 * Self.blockLength) }
}
