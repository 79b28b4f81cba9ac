import ArgumentParser
import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

/// The reference pages say what the program does: their tables are made from it.
///
/// `UPDATE_DOCS=1 swift test --filter DocumentTests` writes them anew.
struct DocumentTests {
    private static let root = Fixture.project

    private func text(_ path: String) throws -> String {
        String(decoding: try WholeFile.read("\(Self.root)/\(path)"), as: UTF8.self)
    }

    /// Compares what stands between the marks of a page with what belongs there.
    private func check(_ path: String, _ expected: String) throws {
        let (begin, end) = ("<!-- made from the program: begin -->\n", "<!-- end -->")
        let page = try text(path)
        let parts = page.split(separator: begin, omittingEmptySubsequences: false)
        try #require(parts.count == 2, "\(path) has no marks")
        let rest = try #require(parts[1].firstRange(of: end))
        if getenv("UPDATE_DOCS") != nil {
            let updated = parts[0] + begin + expected + parts[1][rest.lowerBound...]
            try Files.replace("\(Self.root)/\(path)", with: Array(updated.utf8), mode: 0o644)
            return
        }
        #expect(parts[1][..<rest.lowerBound] == expected, "\(path) is not what the program says")
    }

    @Test func `the settings page has a true row for every key`() throws {
        let rows = SettingsKey.all.map { key in
            let flag = key.flag.map { "`--\($0)`" } ?? "-"
            let place =
                switch key.scope {
                case .program: "all cameras"
                case .camera: "all, or one"
                case .entry: "one camera"
                }
            return
                "| `\(key.name)` | \(key.fallback.map { "`\($0)`" } ?? "-") | \(flag) | \(place) "
                + "| \(key.meaning) Allowed: \(key.kind.allowed.replacing("|", with: "\\|")). |\n"
        }
        let head = "| key | default | flag | holds for | meaning |\n|---|---|---|---|---|\n"
        try check("docs/reference/config.md", head + rows.joined())
    }

    @Test func `the command page shows the real help of every command`() throws {
        let sections = Self.commands(below: CCTV.self, named: []).map { name, command in
            // The settings' flags are the same everywhere and have the other page.
            let help = CCTV.helpMessage(for: command, columns: 90)
            let parts = help.components(before: "SETTINGS:", after: "OPTIONS:")
            return "## \(name)\n\n```\n\(parts)\n```\n\n"
        }
        try check("docs/reference/cli.md", sections.joined())
    }

    /// A command and all below it, each with its words as they are typed after `cctv`.
    private static func commands(
        below command: any ParsableCommand.Type, named words: [String]
    ) -> [(name: String, command: any ParsableCommand.Type)] {
        let name = words.isEmpty ? "cctv" : words.joined(separator: " ")
        return [(name, command)]
            + command.configuration.subcommands.flatMap {
                commands(
                    below: $0, named: words + [$0.configuration.commandName ?? $0._commandName])
            }
    }

    @Test(arguments: EventName.allCases)
    func `the events page explains every event`(_ event: EventName) throws {
        #expect(try text("docs/reference/events.md").contains("| `\(event.rawValue)` |"))
    }

    @Test func `the events page names no event that does not exist`() throws {
        let known = Set(EventName.allCases.map(\.rawValue))
        let rows = try text("docs/reference/events.md").split(separator: "\n")
        let named = rows.filter { $0.hasPrefix("| `") }.compactMap {
            $0.split(separator: "`").dropFirst().first.map(String.init)
        }
        #expect(named.count == known.count)
        #expect(named.filter { !known.contains($0) } == [])
    }

    @Test func `the example settings hold`() throws {
        let file = try SettingsFile.load("\(Self.root)/config.example.json")
        let settings = try Settings(SettingsSources(file: file))
        #expect(try settings.enabledCameras().count == 2)
    }
}

extension String {
    /// The text without what stands from one heading to the next.
    fileprivate func components(before start: String, after end: String) -> String {
        guard let from = firstRange(of: start), let to = firstRange(of: end) else { return self }
        return String(self[..<from.lowerBound] + self[to.lowerBound...])
    }
}
