import ArgumentParser

/// The flags of the settings, made from `SettingsKey.all`: `--audio-bitrate`, `--web`, `--no-web`.
///
/// The argument parser asks a type for its options by reflection, so a mirror with a child for
/// each key stands for as many declared properties.
struct SettingsOptions: ParsableArguments, CustomReflectable {
    private enum Child: Sendable {
        case option(Option<String?>)
        case flag(Flag<Bool?>)
    }

    private let children: [(key: SettingsKey, child: Child)]

    /// The settings that have a flag.
    static let keys = SettingsKey.all.filter { $0.flag != nil }

    init() {
        children = Self.keys.map { key in
            let name: NameSpecification = .customLong(key.flag ?? "")
            let standard = key.fallback.map { " (default: \($0))" } ?? ""
            let text = key.meaning + standard
            guard key.kind != .boolean else {
                return (
                    key,
                    .flag(
                        Flag(
                            name: name, inversion: .prefixedNo,
                            help: ArgumentHelp(stringLiteral: text)))
                )
            }
            let help = ArgumentHelp(text, valueName: key.kind.placeholder)
            return (key, .option(Option(name: name, help: help)))
        }
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Name.self)
        children = try Self.keys.map { key in
            let name = Name(stringValue: key.name)
            return key.kind == .boolean
                ? (key, .flag(try values.decode(Flag<Bool?>.self, forKey: name)))
                : (key, .option(try values.decode(Option<String?>.self, forKey: name)))
        }
    }

    var customMirror: Mirror {
        Mirror(
            self,
            children: children.map { key, child -> Mirror.Child in
                switch child {
                case .option(let option): ("_" + key.name, option)
                case .flag(let flag): ("_" + key.name, flag)
                }
            })
    }

    /// The flags that were given, by key name, as the words that `SettingKind` reads.
    var words: [String: String] {
        var words: [String: String] = [:]
        for (key, child) in children {
            switch child {
            case .option(let option): words[key.name] = option.wrappedValue
            case .flag(let flag): words[key.name] = flag.wrappedValue.map { "\($0)" }
            }
        }
        return words
    }

    /// A key's name as the parser's decoder wants it.
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension SettingKind {
    /// What stands for the value in a flag's help.
    fileprivate var placeholder: String {
        switch self {
        case .text, .secret, .name: "text"
        case .path: "path"
        case .url: "url"
        case .boolean: "bool"
        case .whole(_, let unit), .number(_, let unit), .numberOrOff(_, let unit):
            String(unit.prefix { $0 != " " })
        case .choice(let words): words.joined(separator: "|")
        case .bitrate: "bits"
        case .address: "host:port"
        case .cameras: "json"
        }
    }
}
