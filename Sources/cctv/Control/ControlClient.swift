import Glibc
import Platform

/// Asks the recorder that runs on an output folder, by the console's API over its Unix socket.
struct ControlClient {
    /// Where the recorder writes its clips.
    let folder: String

    /// Nobody answers with more.
    private static let answerLimit = 4 << 20

    /// Sends a request and returns the answer's JSON; null for an answer without any.
    ///
    /// - Parameters:
    ///   - method: `GET`, `PUT` and so on.
    ///   - path: behind `/api/v1/`.
    /// - Throws: `CommandFailure`: nobody records there (69), it belongs to somebody else (77), or
    ///   it refused (74).
    func ask(
        _ method: String, _ path: String, _ body: JSON? = nil
    ) throws(CommandFailure) -> JSON {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try exchange(Self.request(method, path, body))
        } catch {
            throw failure(error)
        }
        guard let answer = HTTPAnswer(bytes) else {
            throw CommandFailure("the recorder of \(folder) gave no answer", EX_IOERR)
        }
        let json = answer.body.isEmpty ? JSON(nil) : try? JSONReader.read(answer.body)
        guard (200..<300).contains(answer.status), let json else {
            let detail = json?["detail"]?.string ?? json?["title"]?.string
            throw CommandFailure(
                detail ?? "the recorder answers with status \(answer.status)",
                answer.status == 404 ? EX_NOINPUT : EX_IOERR)
        }
        return json
    }

    private static func request(_ method: String, _ path: String, _ body: JSON?) -> [UInt8] {
        let content = body.map { Array($0.text.utf8) }
        var lines = [
            "\(method) /api/v1/\(path) HTTP/1.1", "Host: localhost", "Connection: close",
            "Accept: application/json",
        ]
        if let content {
            lines += ["Content-Type: application/json", "Content-Length: \(content.count)"]
        } else if method != "GET" {
            lines.append("Content-Length: 0")
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (content ?? [])
    }

    private func failure(_ error: SystemError) -> CommandFailure {
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

    private func exchange(_ request: [UInt8]) throws(SystemError) -> [UInt8] {
        let path = ControlSocket.path(in: folder)
        let socket = try ControlSocket.connection(
            to: folder, environment: ProcessSetup.environment)
        // Stopping makes every clip final before it is answered.
        var patience = timeval(tv_sec: 15, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket.number, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        try WholeFile.write(request, to: socket.number, path: path)
        var answer: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 << 10)
        while answer.count < Self.answerLimit {
            let count = recv(socket.number, &block, block.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError(call: "recv", subject: path) }
            guard count > 0 else { break }
            answer += block[..<count]
        }
        return answer
    }
}
