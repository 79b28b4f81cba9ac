internal import CServiceUnit
import Glibc
import Platform

/// Installs and removes the service, and says each thing that it does.
struct ServiceInstaller {
    let place: ServicePlace
    let say: (String) -> Void

    /// Writes what is missing or different, and starts the service if systemd runs.
    ///
    /// - Parameter settings: the settings file; made if it is not there.
    func install(_ unit: ServiceUnit, settings: String) throws(CommandFailure) {
        if let sysusers = place.sysusers { try makeUser(sysusers) }
        if access(settings, F_OK) != 0 { try makeSettings(settings) }
        try makeSecrets(beside: settings)
        let isNew = try write(unit.text, to: place.unit, mode: 0o644)
        guard place.isManaged else {
            let command = (place.systemctl + ["enable", "--now", "cctv"]).joined(separator: " ")
            return say("systemd does not run here; where it does, begin with: \(command)")
        }
        try systemctl("daemon-reload")
        try systemctl("enable", "--quiet", "cctv")
        try systemctl(isNew ? "restart" : "start", "cctv")
        say("the service cctv runs; see it with: cctv status, or journalctl -u cctv")
    }

    /// Stops the service and removes its unit; recordings and settings stay.
    func uninstall() throws(CommandFailure) {
        guard access(place.unit, F_OK) == 0 else {
            return say("no service is installed at \(place.unit)")
        }
        if place.isManaged { try systemctl("disable", "--now", "--quiet", "cctv") }
        for path in [place.unit, place.sysusers].compactMap({ $0 }) where access(path, F_OK) == 0 {
            guard unlink(path) == 0 else {
                throw failure(SystemError(call: "unlink", subject: path))
            }
            say("removed \(path)")
        }
        if place.isManaged { try systemctl("daemon-reload") }
        say("recordings and settings stay where they are")
    }

    private func makeUser(_ path: String) throws(CommandFailure) {
        guard getpwnam("cctv") == nil else { return }
        try write(String(cString: service_sysusers_text()), to: path, mode: 0o644)
        try call(["systemd-sysusers", path])
        say("made the user cctv, which the service runs as")
    }

    /// Writes settings with the place for clips and nothing else; the console adds the cameras.
    private func makeSettings(_ path: String) throws(CommandFailure) {
        let packaged = String(cString: service_settings_text())
        let text = packaged.replacing(ServicePlace.system.recordings, with: place.recordings)
        try write(text, to: path, mode: place.sysusers == nil ? 0o600 : 0o660)
        guard place.sysusers != nil, let group = getgrnam("cctv")?.pointee.gr_gid else { return }
        // The console, which runs as cctv, replaces the file and so writes to its folder.
        let folder = WholeFile.folder(of: path)
        guard chown(path, 0, group) == 0, chmod(path, 0o660) == 0, chown(folder, 0, group) == 0,
            chmod(folder, 0o2770) == 0
        else { throw failure(SystemError(call: "chown", subject: path)) }
    }

    /// Makes the file for secrets, which belongs to who records also if root writes to it later.
    private func makeSecrets(beside settings: String) throws(CommandFailure) {
        let path = SecretsFile.path(beside: settings)
        guard place.sysusers != nil, access(path, F_OK) != 0, let user = getpwnam("cctv") else {
            return
        }
        let (owner, group) = (user.pointee.pw_uid, user.pointee.pw_gid)
        try write("{\n}\n", to: path, mode: 0o600)
        guard chown(path, owner, group) == 0 else {
            throw failure(SystemError(call: "chown", subject: path))
        }
    }

    /// Writes a file that differs; returns whether it did.
    @discardableResult
    private func write(_ text: String, to path: String, mode: mode_t) throws(CommandFailure) -> Bool
    {
        let bytes = Array(text.utf8)
        if (try? WholeFile.read(path)) == bytes { return false }
        do throws(SystemError) {
            try Files.makeFolders(WholeFile.folder(of: path))
            try Files.replace(path, with: bytes, mode: mode)
        } catch { throw failure(error) }
        say("wrote \(path)")
        return true
    }

    private func systemctl(_ words: String...) throws(CommandFailure) {
        try call(place.systemctl + words)
    }

    private func call(_ words: [String]) throws(CommandFailure) {
        let status: Int32
        do throws(SystemError) { status = try Subprocess.run(words) } catch { throw failure(error) }
        guard status == 0 else {
            let command = words.joined(separator: " ")
            throw CommandFailure("\(command) ended with \(status)", EX_OSERR)
        }
    }

    private func failure(_ error: SystemError) -> CommandFailure {
        let isForbidden = [EACCES, EPERM].contains(error.code)
        return CommandFailure("\(error)", isForbidden ? EX_NOPERM : EX_CANTCREAT)
    }
}
