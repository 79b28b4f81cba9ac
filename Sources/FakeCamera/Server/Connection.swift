internal import Glibc
internal import Platform
internal import RTSP

/// One client's TCP connection: reads its requests, answers them, and plays its session.
final class Connection {
    let number: Int
    let socket: OwnedDescriptor
    let output: OutputBuffer
    /// When something is to be sent next; `nil` when nothing is.
    private(set) var due: MonotonicTime?
    /// Whether the connection is to be closed as soon as its output is gone.
    private(set) var isClosing = false
    /// Whether the event queue reports when the socket can be written.
    var isWatchedForWriting = false
    private let context: ServerContext
    private let responder: Responder
    private let plan: FaultPlan?
    private var reader = WireReader(channels: .all)
    private var input: [UInt8] = []
    private var session: Session?
    private var isCongested = false

    init(number: Int, socket: consuming OwnedDescriptor, context: ServerContext) {
        self.number = number
        self.context = context
        output = OutputBuffer(socket: socket.number)
        self.socket = socket
        responder = Responder(context: context, connection: number)
        plan = context.plan(connection: number)
        if plan?.fault == .sshBanner { output.send(Array("SSH-2.0-OpenSSH_9.2p1\r\n".utf8)) }
        if plan?.fault == .randomBytes { due = context.clocks.monotonic }
    }

    /// Takes what the client has sent.
    func receive() {
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while !isClosing {
            let count = chunk.withUnsafeMutableBytes {
                read(socket.number, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EAGAIN || errno == EINTR { break }
            guard count > 0 else { return close(reset: false) }
            input += chunk[..<count]
            if count < chunk.count { break }
        }
        guard let first = input.first, !answersNoRequest(first) else { return }
        while !isClosing, let request = nextRequest() { answer(request) }
    }

    /// Handles the faults of what is not an RTSP server at all.
    private func answersNoRequest(_ first: UInt8) -> Bool {
        switch plan?.fault {
        case .silentOpen, .randomBytes: break
        case .sshBanner: isClosing = true
        case .httpAnswer:
            output.send(
                Array(
                    "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                        .utf8))
            isClosing = true
        default: return false
        }
        input = []
        return true
    }

    private func nextRequest() -> RTSPRequest? {
        while !input.isEmpty {
            guard
                let element = try? input.withUnsafeBytes({ bytes throws(RTSPError) in
                    try reader.next(in: bytes)
                })
            else {
                close(reset: false)
                return nil
            }
            switch element {
            case .incomplete: return nil
            case .interleaved(_, let length): input.removeFirst(WireReader.framingLength + length)
            case .noise(let length): input.removeFirst(length)
            case .message(let message, let length):
                input.removeFirst(length)
                if case .request(let request) = message { return request }
            }
        }
        return nil
    }

    private func answer(_ request: RTSPRequest) {
        let answer = responder.answer(request, session: &session)
        record(request, status: answer.response.status)
        if plan?.fault == .staleSession { output.send(stalePacket()) }
        var bytes = answer.response.serialized()
        if plan?.fault == .hugeContentLength, !answer.response.body.isEmpty {
            var response = answer.response
            response.body = []
            bytes = response.serialized().dropLast(2)
            bytes += Array("Content-Length: 2147483000\r\n\r\n".utf8) + answer.response.body
        }
        if plan?.fault == .trickle {
            output.hold(bytes)
            due = due ?? context.clocks.monotonic
        } else {
            output.send(bytes)
        }
        if answer.endsSession { endSession() }
        if answer.startsPlaying {
            if session?.start == nil, let session {
                context.log.addSession(session.parameters.path, session.sent)
            }
            due = session?.play(now: context.clocks.monotonic)
        }
    }

    private func record(_ request: RTSPRequest, status: Int) {
        var headers = request.headers
        let authorization = headers["Authorization"]
        if let authorization {
            headers["Authorization"] = authorization.split(separator: " ").first.map(String.init)
        }
        context.log.add(
            FakeCameraServer.Request(
                method: request.method, url: request.uri, headers: headers,
                hasAuthorization: authorization != nil, status: status,
                time: context.clocks.monotonic, connection: number))
    }

    /// A packet as an older session would have sent it.
    private func stalePacket() -> [UInt8] {
        let payload = context.noise(100)
        let packet: [UInt8] = [0x80, 96, 0x12, 0x34] + context.noise(8) + payload
        return [UInt8(ascii: "$"), 0, 0, UInt8(packet.count)] + packet
    }

    /// Does what is due.
    func advance(now: MonotonicTime) {
        var steps = 0
        while let instant = due, instant <= now, steps < 64 {
            steps += 1
            switch plan?.fault {
            case .trickle:
                output.flush(limit: 1)
                due = output.count > 0 ? now + (plan?.step ?? .milliseconds(500)) : nil
            case .randomBytes:
                if output.count == 0 { output.send(context.noise(1_400)) }
                due = now + .milliseconds(10)
            default: stepSession()
            }
        }
        if output.isBroken { isClosing = true }
    }

    private func stepSession() {
        switch session?.step(context.clocks, to: output, log: context.log) {
        case .next(let instant): due = instant
        case .close(let reset): close(reset: reset)
        case .congested:
            isCongested = true
            due = nil
        case .silence, nil: due = nil
        }
    }

    /// Goes on when the client has taken bytes.
    func flush(now: MonotonicTime) {
        guard plan?.fault != .trickle else { return }
        output.flush()
        if output.isBroken { isClosing = true }
        if isCongested, output.count == 0 {
            isCongested = false
            due = now
        }
    }

    /// Whether the connection waits for room to send.
    var wantsToWrite: Bool { output.count > 0 && plan?.fault != .trickle }

    private func close(reset: Bool) {
        if reset { LoopbackSocket.resetOnClose(socket.number) }
        isClosing = true
        due = nil
        endSession()
    }

    /// Forgets the session; its numbers are kept for the next one.
    func endSession() {
        if let session { context.remember(session) }
        session = nil
        if plan?.fault != .randomBytes, plan?.fault != .trickle { due = nil }
    }
}
