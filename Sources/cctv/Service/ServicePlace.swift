import Glibc

/// Where a service and what belongs to it lie.
struct ServicePlace {
    /// The unit's file.
    let unit: String
    /// The settings file that is used unless another is named.
    let settings: String
    /// Where clips go if the settings file is made now.
    let recordings: String
    /// The file that names the service's own user; nil for a person's service.
    let sysusers: String?
    /// The first words of every call of systemctl.
    let systemctl: [String]
    /// A folder that is there while the service manager runs.
    let manager: String

    /// The machine's service.
    static let system = ServicePlace(
        unit: "/etc/systemd/system/cctv.service", settings: "/etc/cctv/config.json",
        recordings: "/var/lib/cctv/recordings", sysusers: "/etc/sysusers.d/cctv.conf",
        systemctl: ["systemctl"], manager: "/run/systemd/system")

    /// The service of the person that runs the program; nil without a home.
    static func user(environment: [String: String]) -> ServicePlace? {
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        let base =
            environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            ?? home + "/.config"
        return ServicePlace(
            unit: base + "/systemd/user/cctv.service", settings: base + "/cctv/config.json",
            recordings: home + "/recordings", sysusers: nil, systemctl: ["systemctl", "--user"],
            manager: (environment["XDG_RUNTIME_DIR"] ?? "/nowhere") + "/systemd")
    }

    /// Whether systemd runs, so that there is somebody to tell.
    var isManaged: Bool { access(manager, F_OK) == 0 }
}
