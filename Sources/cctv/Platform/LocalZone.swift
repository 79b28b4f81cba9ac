import Glibc
import Platform

/// The name of the machine's time zone, as browsers know it.
enum LocalZone {
    /// `Europe/Paris`: from `TZ`, from where `/etc/localtime` leads to, or from `/etc/timezone`;
    /// `UTC` if none of them tells.
    static var name: String {
        if let zone = getenv("TZ").map({ String(cString: $0) }), !zone.isEmpty {
            let name = zone.hasPrefix(":") ? String(zone.dropFirst()) : zone
            return behindZoneinfo(name) ?? name
        }
        if let resolved = realpath("/etc/localtime", nil) {
            defer { free(resolved) }
            if let name = behindZoneinfo(String(cString: resolved)) { return name }
        }
        let bytes = (try? WholeFile.read("/etc/timezone", limit: 256)) ?? []
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? "UTC"
    }

    private static func behindZoneinfo(_ path: String) -> String? {
        guard let mark = path.firstRange(of: "/zoneinfo/") else { return nil }
        let name = String(path[mark.upperBound...])
        return name.isEmpty ? nil : name
    }
}
