import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

/// docs/reliability.md names tests that there are, for every fault that a camera can have.
struct FaultTableTests {
    private static let root = Fixture.project

    /// The rows of the table: the fault's short name and what stands in its last column.
    private func rows() throws -> [(code: String, tests: String)] {
        let page = String(
            decoding: try WholeFile.read("\(Self.root)/docs/reliability.md"), as: UTF8.self)
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
        let tests = try NamedTests()
        for row in rows {
            if "RTA".contains(row.code.prefix(1)) {
                #expect(row.tests.hasPrefix("`"), "\(row.code) has no test")
            }
            guard row.tests.hasPrefix("`") else { continue }
            for name in NamedTests.names(in: row.tests) {
                #expect(tests.have(name), "\(row.code): there is no test \(name)")
            }
        }
    }

    private static func isCode(_ text: String) -> Bool {
        "RTASPX".contains(text.prefix(1)) && Int(text.dropFirst()) != nil
    }
}
