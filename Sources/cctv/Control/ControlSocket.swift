import Glibc
import Platform

/// The Unix socket of a recorder: where it is, and its address however long the path.
enum ControlSocket {
    /// The socket's path below an output folder.
    static func path(in folder: String) -> String { folder + "/.cctv/control.sock" }

    /// Connects to the recorder of an output folder, whether its disk is there or waited for.
    ///
    /// - Throws: `SystemError`: why the socket below the folder cannot be connected to.
    static func connection(
        to folder: String, environment: [String: String]
    ) throws(SystemError) -> OwnedDescriptor {
        do throws(SystemError) {
            return try connection(path(in: folder))
        } catch {
            for path in WaitingPlace.sockets(of: folder, environment: environment) {
                if let connection = try? connection(path) { return connection }
            }
            throw error
        }
    }

    private static func connection(_ path: String) throws(SystemError) -> OwnedDescriptor {
        let number = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw SystemError(call: "socket", subject: path) }
        let connection = OwnedDescriptor(adopting: number)
        guard try withAddress(path, { connect(number, $0, $1) }) == 0 else {
            throw SystemError(call: "connect", subject: path)
        }
        return connection
    }

    /// Runs a call with the socket's address (`unix(7)`).
    ///
    /// An address holds 107 bytes only; a longer path goes by a descriptor of its folder.
    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(SystemError) -> Int32 {
        guard path.utf8.count > 107 else { return call(path, body) }
        let folder = try OwnedDescriptor.open(WholeFile.folder(of: path), O_RDONLY | O_DIRECTORY)
        let name = path.split(separator: "/").last ?? ""
        return call("/proc/self/fd/\(folder.number)/\(name)", body)
    }

    private static func call(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            bytes.copyBytes(from: path.utf8.prefix(bytes.count - 1))
        }
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
