import Glibc
import Platform

/// A Unix socket's path as its address can hold it (`unix(7)`): one that is longer than that goes by a
/// descriptor of its folder, which is open as long as this lives.
struct SocketAddressPath: ~Copyable {
    /// What the address is made of.
    let text: String
    private let folder: OwnedDescriptor?

    /// - Throws: `SystemError` if the folder of a long path cannot be opened.
    init(_ path: String) throws(SystemError) {
        guard path.utf8.count > 103 else {
            text = path
            folder = nil
            return
        }
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let folder = try OwnedDescriptor.open(String(path[..<slash]), O_RDONLY | O_DIRECTORY)
        text = "/proc/self/fd/\(folder.number)\(path[slash...])"
        self.folder = consume folder
    }
}
