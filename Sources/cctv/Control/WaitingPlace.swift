import Archive
import Glibc
import Platform
import Synchronization

/// A recorder's place while its disk is away: where its socket is then, why nothing is recorded is
/// written down, and a lock keeps it the only one for its folder.
///
/// It lies in the state folder, beside what tells a missing disk from a new folder. Only one who
/// may write there can answer in the recorder's name. Any thread may use it.
final class WaitingPlace: Sendable {
    private let folder: String
    private let path: String?
    private let lock = Mutex<OwnedDescriptor?>(nil)

    /// The place of an output folder's recorder.
    init(folder: String, environment: [String: String]) {
        self.folder = folder
        path = StateFolder.path(environment: environment).map {
            Self.path(of: folder, state: $0)
        }
    }

    /// The socket; nil without a state folder.
    var socket: String? { path.map { $0 + ".sock" } }

    /// Where the gap ledger is kept before the volume is there; nil without a state folder.
    var ledger: LedgerFile? { path.map(LedgerFile.init(aside:)) }

    /// Where a command looks for the socket: in its user's state folder, and in the service's.
    static func sockets(of folder: String, environment: [String: String]) -> [String] {
        let own = StateFolder.path(environment: environment)
        let states = [own, StateFolder.ofService].compactMap(\.self)
        return states.enumerated().filter { !states[..<$0].contains($1) }.map {
            path(of: folder, state: $1) + ".sock"
        }
    }

    /// A path without its ending: short, and different for every folder.
    private static func path(of folder: String, state: String) -> String {
        var hash = SHA256()
        hash.update(Array(KnownVolumes.absolute(folder).utf8))
        return "\(state)/waiting/\(hash.hexadecimal.prefix(16))"
    }

    /// Takes the place until `leave()`; once it is held, nothing happens.
    ///
    /// Where no lock can be had, because nothing can be written there, the recorder goes on without.
    ///
    /// - Throws: `VolumeError.alreadyRunning` if another recorder holds it.
    func take() throws(VolumeError) {
        guard let path else { return }
        let isHeldByAnother = lock.withLock { lock -> Bool in
            guard lock == nil else { return false }
            KnownVolumes.makeFolders(WholeFile.folder(of: path))
            let flags = O_RDWR | O_CREAT | O_NOFOLLOW
            guard let file = try? OwnedDescriptor.open(path + ".lock", flags, mode: 0o600) else {
                return false
            }
            guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else { return errno == EWOULDBLOCK }
            let text = "\(getpid()) \(SystemClocks().wall.nanoseconds)\n"
            _ = ftruncate(file.number, 0)
            try? WholeFile.write(Array(text.utf8), to: file.number, path: path)
            lock = consume file
            return false
        }
        if isHeldByAnother { throw holder(path + ".lock") }
    }

    /// Leaves the place to the next recorder.
    func leave() { lock.withLock { $0 = nil } }

    private func holder(_ path: String) -> VolumeError {
        let text = String(decoding: (try? WholeFile.read(path)) ?? [], as: UTF8.self)
        let numbers = text.split { $0 == " " || $0 == "\n" }.compactMap { Int64($0) }
        return .alreadyRunning(
            folder: folder, pid: Int32(clamping: numbers.first ?? 0),
            since: WallTime(nanoseconds: numbers.dropFirst().first ?? 0))
    }
}
