import Glibc
import Platform

/// Asks the recorder that runs on an output folder.
enum ControlClient {
    /// Sends a request and returns the answer.
    ///
    /// - Throws: `CommandFailure`: nobody records there (69), it belongs to somebody else (77), or
    ///   it refused (74).
    static func ask(_ request: ControlRequest, folder: String) throws(CommandFailure) -> JSON {
        let answer: JSON
        do throws(SystemError) {
            answer = try exchange(request, ControlSocket.path(in: folder))
        } catch {
            throw failure(error, folder)
        }
        guard case .boolean(true)? = answer["ok"]?.content else {
            throw CommandFailure(
                answer["error"]?.string ?? "the recorder gave no answer", EX_IOERR)
        }
        return answer
    }

    private static func failure(_ error: SystemError, _ folder: String) -> CommandFailure {
        switch error.code {
        case ENOENT, ECONNREFUSED, ENOTDIR:
            CommandFailure(
                "no cctv records to \(folder); start one with cctv, "
                    + "or name its folder with --output-folder", EX_UNAVAILABLE)
        case EACCES, EPERM:
            CommandFailure(
                "the recorder of \(folder) belongs to another user; ask as that user", EX_NOPERM)
        default:
            CommandFailure("the recorder of \(folder) does not answer: \(error)", EX_IOERR)
        }
    }

    private static func exchange(
        _ request: ControlRequest, _ path: String
    ) throws(SystemError) -> JSON {
        let number = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw SystemError(call: "socket", subject: path) }
        let socket = OwnedDescriptor(adopting: number)
        // Stopping makes every clip final before it is answered.
        var patience = timeval(tv_sec: 15, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        guard try ControlSocket.withAddress(path, { connect(number, $0, $1) }) == 0 else {
            throw SystemError(call: "connect", subject: path)
        }
        try Files.writeAll(Array(request.line.utf8), to: socket.number, path: path)
        var answer: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 << 10)
        while answer.last != UInt8(ascii: "\n"), answer.count < ControlSocket.answerLimit {
            let count = recv(number, &block, block.count, 0)
            guard count > 0 else {
                throw SystemError(call: "recv", subject: path, code: count < 0 ? errno : EPIPE)
            }
            answer += block[..<count]
        }
        do { return try JSONReader.read(answer) } catch {
            throw SystemError(call: "recv", subject: path, code: EPROTO)
        }
    }
}
