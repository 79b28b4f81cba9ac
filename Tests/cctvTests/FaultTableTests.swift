import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

/// docs/reliability.md names tests that there are, for every fault that a camera can have.
struct FaultTableTests {
    private static let root = Files.folder(of: Fixture.folder)

    /// The rows of the table: the fault's short name and what stands in its last column.
    private func rows() throws -> [(code: String, tests: String)] {
        let page = String(
            decoding: try Files.read("\(Self.root)/docs/reliability.md"), as: UTF8.self)
        return page.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingBlanks }
            guard cells.count == 3, Self.isCode(cells[0]) else { return nil }
            return (cells[0], cells[2])
        }
    }

    @Test func `every fault of a camera has a test, and each named test exists`() throws {
        let rows = try rows()
        let wanted =
            (1...26).map { "R\($0)" } + (1...11).map { "T\($0)" } + (1...8).map { "A\($0)" }
            + (1...11).map { "S\($0)" } + (1...5).map { "P\($0)" } + (1...9).map { "X\($0)" }
        #expect(rows.map(\.code) == wanted)
        let sources = try Self.testSources()
        for row in rows {
            let names = row.tests.split(separator: "`", omittingEmptySubsequences: false)
                .enumerated()
                .filter { $0.offset % 2 == 1 }.map { String($0.element) }
            if "RTA".contains(row.code.prefix(1)) {
                #expect(row.tests.hasPrefix("`"), "\(row.code) has no test")
            }
            guard row.tests.hasPrefix("`") else { continue }
            for name in names {
                let declaration = name.hasPrefix("test_") ? "def \(name)(" : "func `\(name)`"
                let exists = sources.contains(declaration)
                #expect(exists, "\(row.code): there is no test \(name)")
            }
        }
    }

    private static func isCode(_ text: String) -> Bool {
        "RTASPX".contains(text.prefix(1)) && Int(text.dropFirst()) != nil
    }

    /// All Swift and Python files of `Tests`, one after the other.
    private static func testSources() throws -> String {
        var text = ""
        var folders = ["\(root)/Tests"]
        while let folder = folders.popLast() {
            guard let stream = opendir(folder) else { continue }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                let path = "\(folder)/\(name)"
                if entry.pointee.d_type == DT_DIR, !name.hasPrefix(".") {
                    folders.append(path)
                } else if name.hasSuffix(".swift") || name.hasSuffix(".py") {
                    text += String(decoding: try Files.read(path), as: UTF8.self)
                }
            }
        }
        return text
    }
}

extension Substring {
    /// The text without blanks around it.
    fileprivate var trimmingBlanks: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
