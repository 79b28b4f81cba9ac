internal import Platform

/// The connection that requests and answers travel on, together with interleaved packets.
///
/// It numbers requests, identifies us when asked, and tells messages, packets and noise apart.
struct ControlConnection: ~Copyable {
    /// More skipped bytes than this within `noiseWindow` and the session is given up.
    private static let noiseLimit = 256 << 10
    /// More searches than this within `noiseWindow` and the session is given up.
    private static let searchLimit = 20
    private static let noiseWindow = Duration.seconds(10)

    let channel: any ByteChannel
    let clocks: any Clocks
    let cancellation: Cancellation
    var reader = WireReader()
    var buffer = ReceiveBuffer()
    var authenticator: Authenticator
    var statistics = SessionStatistics()
    /// When bytes were last taken from the network: the arrival time of what is in the buffer.
    private(set) var lastArrival: MonotonicTime
    private let userAgent: String
    private var sequence = 0
    private var hasSeenMessage = false
    private var noise = (since: MonotonicTime(nanoseconds: 0), bytes: 0, searches: 0)

    init(
        channel: any ByteChannel, request: SessionRequest, authenticator: Authenticator,
        clocks: any Clocks, cancellation: Cancellation
    ) {
        self.channel = channel
        self.clocks = clocks
        self.cancellation = cancellation
        self.authenticator = authenticator
        userAgent = request.userAgent
        lastArrival = clocks.monotonic
    }

    /// Sends a request and does not wait for its answer.
    ///
    /// - Returns: its `CSeq`.
    @discardableResult
    mutating func send(
        _ method: String, _ uri: String, _ headers: [(String, String)],
        deadline: MonotonicTime
    ) throws(RTSPError) -> Int {
        sequence += 1
        var request = RTSPRequest(method: method, uri: uri)
        request.headers.append("CSeq", "\(sequence)")
        request.headers.append("User-Agent", userAgent)
        for (name, value) in headers { request.headers.append(name, value) }
        if let authorization = authenticator.authorization(method: method, uri: uri) {
            request.headers.append("Authorization", authorization)
        }
        try send(request.serialized(), deadline: deadline)
        return sequence
    }

    /// Sends bytes as they are.
    func send(_ bytes: [UInt8], deadline: MonotonicTime) throws(RTSPError) {
        try bytes.span.bytes.withUnsafeBytes { (raw) throws(RTSPError) -> Void in
            try channel.send(raw, deadline: deadline)
        }
    }

    /// Sends a request and waits for its answer; identifies us if that is asked for.
    ///
    /// Packets that come before the answer stay in the buffer.
    ///
    /// - Throws: what a 401 means if we cannot or should not answer it; other statuses are returned.
    mutating func exchange(
        _ method: String, _ uri: String, _ headers: [(String, String)] = [],
        deadline: MonotonicTime
    ) throws(RTSPError) -> RTSPResponse {
        for _ in 0..<3 {
            let sequence = try send(method, uri, headers, deadline: deadline)
            let response = try response(to: sequence, deadline: deadline)
            guard response.status == 401 else {
                authenticator.accepted()
                return response
            }
            try authenticator.challenged(by: response)
        }
        throw .unauthorized(hadCredentials: true)
    }

    private mutating func response(
        to sequence: Int, deadline: MonotonicTime
    ) throws(RTSPError) -> RTSPResponse {
        var passed = 0
        while true {
            switch try next(behind: passed) {
            case .incomplete:
                guard try !fill(deadline: deadline, phase: .open) else { continue }
                // Nobody sends so much before answering; the oldest packets make room.
                buffer.consume(passed)
                passed = 0
            case .interleaved(_, let length):
                passed += WireReader.framingLength + length
            case .noise(let length):
                guard hasSeenMessage || reader.isInSync else { throw .notRTSP }
                buffer.remove(at: passed, count: length)
            case .message(let message, let length):
                hasSeenMessage = true
                buffer.remove(at: passed, count: length)
                switch message {
                case .request(let request): try answer(request, deadline: deadline)
                case .response(let response):
                    // An answer without a number, or with a wrong one, is taken for ours, but not
                    // the late answer to an earlier request.
                    guard let number = response.sequence, number < sequence else { return response }
                }
            }
        }
    }

    /// Answers a request of the camera.
    ///
    /// - Throws: `closed` if the request ends the session.
    func answer(_ request: RTSPRequest, deadline: MonotonicTime) throws(RTSPError) {
        let isEnd = ["TEARDOWN", "REDIRECT", "PLAY_NOTIFY"].contains(request.method)
        let isKnown = ["OPTIONS", "GET_PARAMETER", "SET_PARAMETER"].contains(request.method)
        let response = RTSPResponse(to: request, status: isEnd || isKnown ? 200 : 501)
        try send(response.serialized(), deadline: deadline)
        if isEnd { throw .closed }
    }

    /// Reads more into the buffer.
    ///
    /// - Returns: false if the buffer is full and cannot grow.
    /// - Throws: `timedOut` at the deadline, even if bytes keep trickling in; `closed`.
    mutating func fill(
        deadline: MonotonicTime, phase: RTSPError.Phase
    ) throws(RTSPError) -> Bool {
        guard let room = buffer.room() else { return false }
        let count: Int
        guard clocks.monotonic < deadline else { throw .timedOut(phase: phase) }
        do {
            count = try channel.receive(into: room, deadline: deadline)
        } catch .timedOut {
            throw .timedOut(phase: phase)
        }
        guard count > 0 else { throw .closed }
        buffer.filled(count)
        statistics.bytes += count
        noteArrival()
        return true
    }

    /// Notes that something came now, on the connection or beside it.
    mutating func noteArrival() { lastArrival = clocks.monotonic }

    /// Returns what the unread bytes hold behind the first `offset`, and counts what is noise.
    ///
    /// - Throws: `malformed` when there is too much noise in a short time.
    mutating func next(behind offset: Int) throws(RTSPError) -> WireElement {
        let wasInSync = reader.isInSync
        let element = try reader.next(
            in: UnsafeRawBufferPointer(rebasing: buffer.unread[offset...]))
        if case .noise(let length) = element, !reader.isInSync {
            try note(noise: length, startsSearch: wasInSync)
        }
        return element
    }

    /// Begins to count noise anew.
    mutating func forgiveNoise() { noise = (clocks.monotonic, 0, 0) }

    private mutating func note(noise length: Int, startsSearch: Bool) throws(RTSPError) {
        let now = clocks.monotonic
        if now - noise.since > Self.noiseWindow { noise = (now, 0, 0) }
        noise.bytes += length
        statistics.skippedBytes += length
        if startsSearch {
            noise.searches += 1
            statistics.desyncs += 1
        }
        guard noise.bytes <= Self.noiseLimit, noise.searches <= Self.searchLimit else {
            throw .malformed(what: "packets out of step on the connection")
        }
    }
}

extension RTSPError {
    /// What a status means that ends the attempt to open a session.
    init(_ response: RTSPResponse) {
        switch response.status {
        case 403: self = .forbidden
        case 404, 410: self = .notFound
        case 453: self = .tooManySessions
        case 461: self = .transportRefused
        case 500, 502, 503, 504: self = .unavailable(status: response.status)
        default: self = .status(code: response.status, reason: response.reason)
        }
    }

    /// Whether it says no to one request, so that others may still succeed.
    var isRefusal: Bool {
        switch self {
        case .forbidden, .notFound, .status, .tooManySessions, .transportRefused, .unavailable: true
        default: false
        }
    }
}
