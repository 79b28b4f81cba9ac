import Platform
import TestSupport
import Testing

@testable import cctv

/// The words of the console's pages, in every language that they speak.
struct LanguageTests {
    private static let pages = Fixture.project + "/Sources/CWebAssets/web"

    /// The words of a language by key; a word of several plural forms is all of them.
    private func words(_ language: String) throws -> [String: String] {
        let file = try WholeFile.read("\(Self.pages)/i18n/\(language).json")
        let members = try #require(try JSONReader.read(file).members)
        return Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value.text) })
    }

    @Test(arguments: ["de"]) func `a language has every word that English has`(name: String) throws
    {
        let (english, other) = (try words("en"), try words(name))
        #expect(english.keys.filter { other[$0] == nil }.sorted() == [])
        // A sentence that is the same in both was forgotten; a single word may be.
        let same = english.filter { key, text in
            text == other[key] && text.split(separator: " ").count > 3
        }
        #expect(same.keys.sorted() == [])
        let blanks = try english.filter { key, text in
            try Self.blanks(in: text) != Self.blanks(in: #require(other[key]))
        }
        #expect(blanks.keys.sorted() == [], "what stands in braces is filled in")
    }

    @Test func `every setting is explained in every language`() throws {
        let german = try words("de")
        for key in SettingsKey.all {
            // The English explanation is the setting's own.
            let explained = try #require(german["meaning.\(key.name)"], "\(key.name)")
            #expect(explained != JSON(key.meaning).text && explained.count > 10)
        }
        let names = try words("en").keys.filter { $0.hasPrefix("setting.") }
        for key in SettingsKey.all
        where !["RTSP_URL", "CAMERAS", "NAME", "ENABLED"].contains(key.name) {
            #expect(names.contains("setting.\(key.name)"))
        }
    }

    /// The names in braces, each once: plural forms may repeat one or leave it out.
    private static func blanks(in text: String) throws -> Set<String> {
        Set(text.matches(of: /\{[a-z]+\}/).map { String($0.output) })
    }
}
