import CLinux
import Glibc
import Platform

/// A settings file that was read: its values, and where each stands.
struct SettingsFile: Sendable {
    let path: String
    private(set) var text: [UInt8]
    private(set) var members: [JSON.Member]
    /// Whether every user of the machine may read the file.
    private(set) var isReadableByAll = false

    /// Reads a settings text.
    ///
    /// - Parameter path: names the text in errors and is where it is saved.
    init(path: String, text: [UInt8]) throws(SettingsError) {
        self.path = path
        self.text = text
        do {
            let root = try JSONReader.read(text)
            guard let members = root.members else {
                throw SettingsError("\(path): the settings must stand between { and }")
            }
            self.members = members
        } catch let error as JSONSyntaxError {
            throw SettingsError("\(path), \(error)")
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError("\(path): \(error)")
        }
    }

    /// Reads the settings file at `path`.
    static func load(_ path: String) throws(SettingsError) -> SettingsFile {
        do {
            var file = try SettingsFile(path: path, text: WholeFile.read(path))
            var status = stat()
            file.isReadableByAll = stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
            return file
        } catch let error as SystemError {
            throw SettingsError(
                "the settings file \(path) cannot be read: \(error.reason)",
                exitStatus: error.code == ENOENT ? EX_NOINPUT : EX_CONFIG)
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError("\(path): \(error)")
        }
    }

    /// Finds and reads the settings file: the given one, which must exist, or the first that does
    /// of `./config.json`, `$XDG_CONFIG_HOME/cctv/config.json` and `/etc/cctv/config.json`.
    static func find(
        given: String?, environment: [String: String]
    ) throws(SettingsError) -> SettingsFile? {
        if let given { return try load(given) }
        for path in places(environment) where access(path, F_OK) == 0 { return try load(path) }
        return nil
    }

    /// Where a settings file is looked for, in this order.
    static func places(_ environment: [String: String]) -> [String] {
        let home = environment["HOME"].map { $0 + "/.config" }
        let base = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home
        return ["config.json"] + (base.map { [$0 + "/cctv/config.json"] } ?? [])
            + ["/etc/cctv/config.json"]
    }

    /// The file's name and a place in it, for errors: `config.json, line 4, column 12`.
    func place(of json: JSON) -> String { place(ofByte: json.bytes.lowerBound) }

    /// The file's name and the place of one of its bytes.
    func place(ofByte offset: Int) -> String { "\(path), \(TextPlace(of: offset, in: text))" }
}

extension SettingsFile {
    /// What is to be said about a file that holds but should not stay as it is.
    var warning: String? {
        guard isReadableByAll, holdsSecrets else { return nil }
        return "warning: every user of this machine can read the passwords in \(path); "
            + "close it with: chmod 640 \(path)"
    }

    /// Forgets a key in memory; the text stays.
    mutating func leaveOut(_ name: String) { members.removeAll { $0.name == name } }

    /// Writes the text to its path in one step; readable by the owner and the group, or by the owner
    /// alone if there is a password in it.
    func save() throws(SystemError) {
        try Files.replace(
            path, with: text, mode: holdsSecrets ? 0o600 : 0o640, keepingMode: !holdsSecrets)
    }

    /// Whether a password stands in it, as a key or in an address.
    private var holdsSecrets: Bool {
        func hold(_ members: [JSON.Member]) -> Bool {
            members.contains { member in
                if let inner = member.value.elements {
                    return inner.contains { hold($0.members ?? []) }
                }
                let text = member.value.string ?? ""
                return SettingsKey.all.contains { $0.name == member.name && $0.kind == .secret }
                    ? !text.isEmpty : Redaction.redacted(text) != text
            }
        }
        return hold(members)
    }
}
