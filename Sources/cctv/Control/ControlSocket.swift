import Glibc
import Platform

/// The Unix socket of a recorder: where it is, and its address however long the path.
enum ControlSocket {
    /// The socket's path below an output folder.
    static func path(in folder: String) -> String { folder + "/.cctv/control.sock" }

    /// Runs a call with the socket's address (`unix(7)`).
    ///
    /// An address holds 107 bytes only; a longer path goes by a descriptor of its folder.
    static func withAddress(
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
