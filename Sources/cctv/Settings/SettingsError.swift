import Glibc

/// A setting that cannot be used: where it stands, what is wrong and what is allowed.
struct SettingsError: Error, Equatable, CustomStringConvertible {
    let description: String
    /// `EX_CONFIG` (78), or `EX_USAGE` (64) for what stands on the command line.
    let exitStatus: Int32

    init(_ description: String, exitStatus: Int32 = EX_CONFIG) {
        self.description = Redaction.redacted(description)
        self.exitStatus = exitStatus
    }

    /// A value that is not allowed.
    static func notAllowed(_ raw: RawSetting, _ key: SettingsKey, of camera: String?) -> Self {
        let owner = camera.map { " of camera \"\($0)\"" } ?? ""
        let value = key.kind == .secret ? "not text" : raw.shown
        let hint =
            if key.kind == .path, raw.shown.contains("\\") {
                " (a Windows path; on Linux it looks like /srv/recordings)"
            } else {
                ""
            }
        return Self(
            "\(raw.place(of: key))\(owner) is \(value)\(hint), "
                + "but must be \(key.kind.allowed)",
            exitStatus: raw.origin.exitStatus)
    }

    /// A key that no setting has.
    static func unknown(
        _ name: String, at place: String, among keys: [SettingsKey], exitStatus: Int32 = EX_CONFIG
    ) -> Self {
        let nearest = SettingsKey.nearest(to: name, among: keys)
        let hint = nearest.map { "did you mean \($0.name)?" } ?? "`cctv config show` lists all keys"
        return Self("\(place): there is no key \(name); \(hint)", exitStatus: exitStatus)
    }
}

/// Where a setting comes from, weakest first.
enum SettingOrigin: Int, Comparable, Sendable {
    case fallback
    case secrets
    case file
    case environment
    case flag

    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    /// The word that `cctv config show` prints.
    var word: String {
        switch self {
        case .fallback: "default"
        case .secrets: "secrets"
        case .file: "file"
        case .environment: "environment"
        case .flag: "flag"
        }
    }

    /// The status of an error in a setting of this origin.
    var exitStatus: Int32 { self == .flag ? EX_USAGE : EX_CONFIG }
}

/// A setting as it was written, before anybody looked whether it is allowed.
struct RawSetting {
    enum Content {
        case word(String)
        case json(JSON)
    }

    let content: Content
    let origin: SettingOrigin
    /// The file and the place in it; empty for other origins.
    var filePlace = ""

    /// Whether it was set to nothing.
    var isEmpty: Bool {
        switch content {
        case .word(let word): word.isEmpty
        case .json(let json): json.string?.isEmpty == true
        }
    }

    /// The value as an error shows it.
    var shown: String {
        switch content {
        case .word(let word): JSON.quoted(word)
        case .json(let json): json.text
        }
    }

    /// The value's place and name, as the start of a sentence.
    func place(of key: SettingsKey) -> String {
        switch origin {
        case .fallback: key.name
        case .file, .secrets: "\(filePlace): \(key.name)"
        case .environment: "\(key.environmentName) in the environment"
        case .flag: "--\(key.flag ?? "")"
        }
    }

    /// Reads the value as what the key wants.
    ///
    /// - Parameter camera: the camera whose entry the value stands in, for the error.
    func value(for key: SettingsKey, of camera: String? = nil) throws(SettingsError) -> SettingValue
    {
        let value =
            switch content {
            case .word(let word): key.kind.value(of: word)
            case .json(let json): key.kind.value(of: json)
            }
        guard let value else { throw .notAllowed(self, key, of: camera) }
        return value
    }
}
