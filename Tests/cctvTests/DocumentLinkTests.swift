import ArgumentParser
import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

/// Every link of the documents leads somewhere, and every command in them is one.
struct DocumentLinkTests {
    private static let root = Fixture.project

    /// The documents, relative to the project's folder.
    private static let pages: [String] = {
        ["", "docs", "docs/guide", "docs/reference", "docs/design", "docs/decisions", "Fixtures"]
            .flatMap { folder in
                names(in: "\(root)/\(folder)").filter { $0.hasSuffix(".md") }
                    .map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
            }
    }()

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names.sorted()
    }

    private static func text(_ path: String) throws -> String {
        String(decoding: try WholeFile.read("\(root)/\(path)"), as: UTF8.self)
    }

    @Test(arguments: pages)
    func `every link of a page leads to a file and to a heading in it`(_ page: String) throws {
        let text = try Self.text(page)
        for link in text.matches(of: /\]\(([^)\s]+)\)/).map({ String($0.output.1) })
        where !link.contains("://") {
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let folder = "\(Self.root)/\(page)".split(separator: "/").dropLast()
            let target =
                parts[0].isEmpty
                ? "\(Self.root)/\(page)" : "/\(folder.joined(separator: "/"))/\(parts[0])"
            #expect(access(target, F_OK) == 0, "\(page): \(link)")
            guard parts.count == 2, let file = try? WholeFile.read(target) else { continue }
            let headings = String(decoding: file, as: UTF8.self).split(separator: "\n")
                .filter { $0.hasPrefix("#") }.map { Self.anchor(String($0)) }
            #expect(headings.contains(String(parts[1])), "\(page): \(link)")
        }
    }

    /// A heading as links name it.
    private static func anchor(_ heading: String) -> String {
        String(
            heading.drop { $0 == "#" || $0 == " " }.lowercased().compactMap { character in
                character == " "
                    ? "-"
                    : character.isLetter || character.isNumber || character == "-"
                        || character == "_" ? character : nil
            })
    }

    @Test(
        arguments: pages.filter { page in
            ["docs/guide/", "docs/reference/", "docs/design/"].contains { page.hasPrefix($0) }
        })
    func `the first page leads to every page of guide, reference and design`(
        _ page: String
    ) throws {
        #expect(try Self.text("README.md").contains("](\(page))"))
    }

    @Test(arguments: ["README.md"] + pages.filter { $0.hasPrefix("docs/guide/") })
    func `every command of a page is one`(_ page: String) throws {
        for words in Self.commands(of: try Self.text(page)) {
            do {
                _ = try CCTV.parseAsRoot(words)
            } catch {
                let status = CCTV.exitCode(for: error)
                #expect(status == .success, "\(page): cctv \(words.joined(separator: " "))")
            }
        }
    }

    /// The words after `cctv` of every line of a code block that begins with it.
    private static func commands(of text: String) -> [[String]] {
        var isCode = false
        var commands: [[String]] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("```") { isCode.toggle() }
            guard isCode else { continue }
            var words = Self.words(line.hasPrefix("$ ") ? line.dropFirst(2) : line)
            if words.first == "sudo" { words.removeFirst() }
            if words.first == "cctv" { commands.append(Array(words.dropFirst())) }
        }
        return commands
    }

    /// A line as a shell takes it apart; two spaces begin a remark, as in a table.
    private static func words(_ line: Substring) -> [String] {
        let command = line.firstRange(of: "  ").map { line[..<$0.lowerBound] } ?? line
        return command.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .flatMap { index, part in
                index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
            }
    }

    @Test func `what a newcomer types without a camera works as the guide has it`() throws {
        let folder = TemporaryDirectory()
        let guide = try Self.text("docs/guide/install.md")
        let typed = Self.commands(of: guide).filter { $0.first == "config" }
        #expect(typed.count >= 3)
        for words in typed {
            let outcome = try Program.run(words, in: folder.path)
            #expect(outcome.status == 0, "cctv \(words): \(outcome.errors)")
        }
    }
}
