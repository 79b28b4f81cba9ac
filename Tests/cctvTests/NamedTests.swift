import Glibc
import Platform
import TestSupport

@testable import cctv

/// The tests that there are, for the tables of the documents that name them.
struct NamedTests {
    static let root = Fixture.project

    private let sources: String

    /// Reads every Swift and Python file of `Tests`.
    init() throws { sources = try Self.testSources() }

    /// The names that stand between backticks in a cell of a table.
    static func names(in cell: String) -> [String] {
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    /// Whether there is a test of that name, in Swift or in Python.
    func have(_ name: String) -> Bool {
        sources.contains(name.hasPrefix("test_") ? "def \(name)(" : "func `\(name)`")
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
                    text += String(decoding: try WholeFile.read(path), as: UTF8.self)
                }
            }
        }
        return text
    }
}

extension Substring {
    /// The text without blanks around it.
    var trimmingBlanks: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
