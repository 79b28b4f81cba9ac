import Glibc
import Hummingbird
import Logging
import Platform

/// The Unix socket of a console, which only the recorder's own user can open.
final class OwnerSocket: Sendable {
    private let listener: Listener
    private let path: String

    private init(listener: Listener, path: String) {
        self.listener = listener
        self.path = path
    }

    /// Opens a socket; called on a thread of the operating system.
    ///
    /// It is made in a folder that nobody else can enter and put in its place with its permissions on,
    /// so that there is no moment in which another user could connect.
    static func open(
        _ path: String, responder: some HTTPResponder<ConsoleContext>, logger: Logger
    ) throws(ConsoleError) -> OwnerSocket {
        let nest = path + ".new"
        let temporary = nest + "/socket"
        unlink(temporary)
        rmdir(nest)
        defer {
            unlink(temporary)
            rmdir(nest)
        }
        do throws(SystemError) {
            guard mkdir(nest, 0o700) == 0 else { throw SystemError(call: "mkdir", subject: nest) }
            let address = try SocketAddressPath(temporary)
            let listener = try Listener.openBlocking(
                .unixDomainSocket(path: address.text),
                responder: FromPeer(peer: .owner, base: responder),
                connections: Connections(), logger: logger)
            guard chmod(temporary, 0o600) == 0, rename(temporary, path) == 0 else {
                let error = SystemError(call: "rename", subject: path)
                Listener.closeBlocking([listener])
                throw error
            }
            return OwnerSocket(listener: listener, path: path)
        } catch {
            throw ConsoleError("The control socket cannot be opened: \(error)")
        }
    }

    /// Closes it and its connections; called on a thread of the operating system.
    func close() {
        Listener.closeBlocking([listener])
        unlink(path)
    }
}
