public import Platform

/// One RTSP session with a camera, from OPTIONS to TEARDOWN.
///
/// It belongs to the thread that opened it. Whatever it throws, the session is then over: call
/// `close()` and open another one.
public struct RTSPClient: ~Copyable {
    /// Receiver reports are sent this often (RFC 3550 6.2).
    private static let reportInterval = Duration.seconds(5)
    /// So many received bytes end the wait for more.
    private static let coalescedLength = 64 << 10

    /// What is known about the session.
    public let session: SessionFacts
    var control: ControlConnection
    var tracks: [MediaTrack]
    var datagrams: DatagramReceiver?
    private let agreed: AgreedSession
    private let request: SessionRequest
    private let reporter = UInt32.random(in: .min ... .max)
    private var reportDue: MonotonicTime
    private var keepAliveDue: MonotonicTime
    private var isKeptAlive = true

    private init(
        control: consuming ControlConnection, agreed: AgreedSession, request: SessionRequest
    ) {
        session = agreed.facts
        tracks = agreed.tracks
        let sockets = agreed.tracks.compactMap(\.sockets)
        datagrams = sockets.isEmpty ? nil : DatagramReceiver(sockets: sockets)
        let now = control.clocks.monotonic
        reportDue = now + Self.reportInterval
        keepAliveDue = now + Self.keepAliveInterval(agreed)
        self.agreed = agreed
        self.request = request
        self.control = control
    }

    /// Connects and sets up the first usable video and audio, up to but not including PLAY.
    ///
    /// - Throws: `RTSPError`; the connection is then closed and nothing is left in the camera.
    public static func open(
        _ request: SessionRequest, clocks: any Clocks, cancellation: Cancellation
    ) throws(RTSPError) -> RTSPClient {
        var strongest = AuthenticationScheme.none
        return try open(
            request, clocks: clocks, cancellation: cancellation, strongest: &strongest)
    }

    /// The same, for a camera that was seen to ask for the password in some way before.
    ///
    /// - Parameter strongest: the strongest way in which the request's own host has asked so far. It
    ///   is raised also by an attempt that fails; above Basic no password goes in clear text.
    public static func open(
        _ request: SessionRequest, clocks: any Clocks, cancellation: Cancellation,
        strongest: inout AuthenticationScheme
    ) throws(RTSPError) -> RTSPClient {
        let deadline = clocks.monotonic + request.openTimeout
        var url = request.url
        var redirections = 0
        while true {
            let isConfigured = url.hasSameOrigin(as: request.url)
            let authenticator = Authenticator(
                credentials: isConfigured ? request.credentials : nil, hashes: request.hashes,
                allowsBasic: strongest <= .basic)
            let end = min(deadline, clocks.monotonic + request.networkTimeout)
            let channel = try connect(
                to: url, request, deadline: end, clocks: clocks, cancellation: cancellation)
            var control = ControlConnection(
                channel: channel, request: request, authenticator: authenticator, clocks: clocks,
                cancellation: cancellation)
            let handshake = Handshake(
                request: request, url: url, clocks: clocks, deadline: deadline)
            let outcome: Handshake.Outcome
            do {
                outcome = try handshake.run(&control)
            } catch {
                if isConfigured { strongest = max(strongest, control.authenticator.scheme) }
                guard case .unauthorized = error, !isConfigured, request.credentials != nil else {
                    throw error
                }
                throw .redirectedElsewhere(host: Redirection.origin(of: url))
            }
            if isConfigured { strongest = max(strongest, control.authenticator.scheme) }
            switch outcome {
            case .agreed(let agreed):
                return RTSPClient(control: control, agreed: agreed, request: request)
            case .redirected(let location):
                url = try Redirection.target(of: location, from: url, followed: redirections)
                redirections += 1
            }
        }
    }

    private static func connect(
        to url: CameraURL, _ request: SessionRequest, deadline: MonotonicTime, clocks: any Clocks,
        cancellation: Cancellation
    ) throws(RTSPError) -> any ByteChannel {
        guard url.scheme == .rtsps else {
            return try TCPChannel.connect(
                to: url, deadline: deadline, clocks: clocks, cancellation: cancellation)
        }
        guard let secureChannel = request.secureChannel else { throw .transportRefused }
        return try secureChannel(url, deadline, cancellation)
    }

    /// Asks the camera to send (PLAY).
    ///
    /// - Throws: `RTSPError`, as its answer says.
    public mutating func play() throws(RTSPError) {
        let response = try control.exchange(
            "PLAY", agreed.url, sessionHeader + [("Range", "npt=0.000-")],
            deadline: control.clocks.monotonic + request.networkTimeout)
        guard response.status == 200 else { throw RTSPError(response) }
        guard datagrams == nil else { return }
        control.channel.coalesce(bytes: Self.coalescedLength, delay: request.receiveCoalescing)
    }

    /// How long received bytes may wait for others.
    var coalescing: Duration { request.receiveCoalescing }

    /// What the session has counted.
    public var statistics: SessionStatistics { control.statistics }

    /// Waits for the next packet of any chosen medium.
    ///
    /// - Parameter deadline: the latest instant; packets that came before it are still delivered.
    /// - Throws: `timedOut(phase: .packet)` at the deadline; `closed`, `reset`, `malformed`,
    ///   `cancelled`.
    public mutating func receive(
        deadline: MonotonicTime
    ) throws(RTSPError) -> ReceivedPacket {
        while true {
            if let packet = try nextDatagram() { return packet }
            switch try control.next(behind: 0) {
            case .interleaved(let channel, let length):
                let framing = WireReader.framingLength
                let packet = UnsafeMutableRawBufferPointer(
                    rebasing: control.buffer.unread[framing..<(framing + length)])
                control.buffer.consume(framing + length)
                if let route = route(packet, on: channel),
                    let received = try accept(packet, route, at: control.lastArrival)
                {
                    return received
                }
            case .noise(let length):
                control.buffer.consume(length)
            case .message(let message, let length):
                control.buffer.consume(length)
                try handle(message, deadline: deadline)
            case .incomplete:
                try waitForMore(deadline: deadline)
            }
        }
    }

    /// Says goodbye (TEARDOWN) within `budget`, even after cancellation, and closes the connection.
    ///
    /// - Returns: how the camera asked for the password last, which may be another way than when the
    ///   session was opened.
    @discardableResult
    public consuming func close(budget: Duration = .seconds(1)) -> AuthenticationScheme {
        control.sayGoodbye(agreed.url, session: agreed.identifier, budget: budget)
        return control.authenticator.scheme
    }

    /// Does what is due, then waits for bytes until the next thing is due.
    private mutating func waitForMore(deadline: MonotonicTime) throws(RTSPError) {
        let now = control.clocks.monotonic
        guard now < deadline else { throw .timedOut(phase: .packet) }
        // A connection that takes nothing is given a second even if the packet is due earlier.
        let sendDeadline = max(deadline, now + .seconds(1))
        if now >= reportDue {
            reportDue = now + Self.reportInterval
            try sendReports(at: now, deadline: sendDeadline)
        }
        if now >= keepAliveDue, isKeptAlive {
            keepAliveDue = now + Self.keepAliveInterval(agreed)
            try control.send(
                agreed.keepAliveMethod, agreed.url, sessionHeader, deadline: sendDeadline)
        }
        let next = isKeptAlive ? min(reportDue, keepAliveDue) : reportDue
        let due = control.channel.survivesTimeout ? min(deadline, next) : deadline
        guard datagrams == nil else { return try waitForDatagrams(until: due) }
        do throws(RTSPError) {
            guard try control.fill(deadline: due, phase: .packet) else {
                throw .malformed(what: "a message that is too long")
            }
        } catch .timedOut where due < deadline {
            return
        }
    }

    private mutating func sendReports(
        at now: MonotonicTime, deadline: MonotonicTime
    ) throws(RTSPError) {
        for index in tracks.indices {
            guard let report = tracks[index].reception.report(from: reporter, at: now) else {
                continue
            }
            if let channels = tracks[index].channels {
                let framing = [0x24, channels.rtcp, UInt8(report.count >> 8), UInt8(report.count)]
                try control.send(framing + report, deadline: deadline)
            } else {
                tracks[index].sockets?.sendReport(report)
            }
        }
    }

    mutating func handle(
        _ message: RTSPMessage, deadline: MonotonicTime
    ) throws(RTSPError) {
        switch message {
        case .request(let request):
            let end = max(deadline, control.clocks.monotonic + .seconds(1))
            try control.answer(request, deadline: end)
        case .response(let response) where response.status == 401:
            // Worth another try at once if only the nonce was old; else we fall silent, because
            // cameras lock out whom they have to refuse again and again.
            do {
                try control.authenticator.challenged(by: response)
                keepAliveDue = control.clocks.monotonic
            } catch {
                isKeptAlive = false
            }
        case .response(let response):
            // Cameras answer keep-alives with 454 or 400 and go on sending: only packets count.
            if response.status == 200 { control.authenticator.accepted() }
        }
    }

    private var sessionHeader: [(String, String)] {
        agreed.identifier.isEmpty ? [] : [("Session", agreed.identifier)]
    }

    /// Two fifths of the camera's patience: one sign of life may get lost.
    private static func keepAliveInterval(_ agreed: AgreedSession) -> Duration {
        agreed.facts.sessionTimeout * 2 / 5
    }
}
