import Glibc
import Platform

/// What a running recorder can be asked over its socket; one JSON line each way.
///
/// `{"command":"status"}` is answered by `{"ok":true,...}`, or by `{"ok":false,"error":"..."}`.
enum ControlRequest: String, CaseIterable, Sendable {
    case status
    case start
    case stop
    case reload

    /// Reads a request's line; nil for anything else.
    init?(line: some Sequence<UInt8>) {
        guard let json = try? JSONReader.read(Array(line)), let word = json["command"]?.string
        else { return nil }
        self.init(rawValue: word)
    }

    var line: String { JSON(dictionaryLiteral: ("command", JSON(rawValue))).text + "\n" }
}

/// The Unix socket of a recorder: where it is, and its address however long the path.
enum ControlSocket {
    /// The longest answer in bytes; a recorder of a thousand cameras needs less.
    static let answerLimit = 1 << 20

    /// The socket's path below an output folder.
    static func path(in folder: String) -> String { folder + "/.cctv/control.sock" }

    /// Runs a call with the socket's address (`unix(7)`).
    ///
    /// An address holds 107 bytes only; a longer path goes by a descriptor of its folder.
    static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(SystemError) -> Int32 {
        guard path.utf8.count > 107 else { return call(path, body) }
        let folder = try OwnedDescriptor.open(Files.folder(of: path), O_RDONLY | O_DIRECTORY)
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
