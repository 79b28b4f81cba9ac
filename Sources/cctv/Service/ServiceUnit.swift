internal import CServiceUnit
import Glibc
import Platform

/// The text of a systemd unit: the package's, changed line by line for another place.
struct ServiceUnit: Equatable {
    private var lines: [Substring]

    /// The unit that the package installs.
    static var packaged: ServiceUnit {
        ServiceUnit(text: String(cString: service_unit_text()))
    }

    init(text: String) { lines = text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The unit as it is written to its file.
    var text: String { lines.joined(separator: "\n") }

    /// Returns the unit of a machine's service: runs as the user `cctv`, may write to little.
    ///
    /// - Parameters:
    ///   - program: absolute, as all paths here.
    ///   - settings: the settings file, which the console writes.
    ///   - recordings: where clips go.
    static func system(program: String, settings: String, recordings: String) -> ServiceUnit {
        var unit = packaged
        unit.set("ExecStart", to: command(program, settings))
        unit.set("ReadWritePaths", to: word(WholeFile.folder(of: settings)))
        let state = StateFolder.ofService + "/"
        if !(recordings + "/").hasPrefix(state) {
            unit.set(
                "ReadWritePaths", to: "\(word(WholeFile.folder(of: settings))) \(word(recordings))")
            unit.insert("RequiresMountsFor=\(word(recordings))", after: "After")
        }
        return unit
    }

    /// Returns the unit of one person's service, whose manager has fewer means to lock it up.
    static func user(program: String, settings: String) -> ServiceUnit {
        var unit = packaged
        for name in [
            "After", "User", "Group", "StateDirectory", "StateDirectoryMode", "ReadWritePaths",
            "OOMScoreAdjust", "LimitNOFILE", "CapabilityBoundingSet", "AmbientCapabilities",
            "DevicePolicy", "PrivateDevices", "PrivateMounts", "PrivateTmp", "PrivateUsers",
            "ProtectSystem", "ProtectHome", "ProtectProc", "ProtectControlGroups",
            "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules",
            "ProtectKernelTunables", "RemoveIPC",
        ] {
            unit.remove(name)
        }
        unit.set("ExecStart", to: command(program, settings))
        unit.set("WorkingDirectory", to: "%h")
        unit.set("WantedBy", to: "default.target")
        return unit
    }

    /// The values of a setting, in their order.
    func values(of name: String) -> [String] {
        lines.filter { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    private mutating func set(_ name: String, to value: String) {
        for index in lines.indices where lines[index].hasPrefix(name + "=") {
            lines[index] = "\(name)=\(value)"
        }
    }

    /// Removes a setting and the comment above it.
    private mutating func remove(_ name: String) {
        while let index = lines.firstIndex(where: { $0.hasPrefix(name + "=") }) {
            var first = index
            while first > 0, lines[first - 1].hasPrefix("#") { first -= 1 }
            lines.removeSubrange(first...index)
        }
    }

    private mutating func insert(_ line: String, after name: String) {
        guard let index = lines.firstIndex(where: { $0.hasPrefix(name + "=") }) else { return }
        lines.insert(Substring(line), at: index + 1)
    }

    private static func command(_ program: String, _ settings: String) -> String {
        "\(word(program)) record --config \(word(settings))"
    }

    /// A path as a unit holds it: specifiers and variables are no part of paths, spaces are.
    private static func word(_ path: String) -> String {
        let escaped = path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("%", with: "%%").replacing("$", with: "$$")
        return escaped.contains(where: \.isWhitespace) || escaped != path
            ? "\"\(escaped)\"" : escaped
    }
}
