internal import Platform

/// What OPTIONS, DESCRIBE and SETUP have agreed on.
struct AgreedSession {
    var facts: SessionFacts
    var tracks: [MediaTrack]
    /// The URL of PLAY, TEARDOWN and keep-alives.
    var url: String
    /// The session's name; empty if the camera gave none.
    var identifier: String
    /// The request that keeps the session alive.
    var keepAliveMethod: String
}

/// The way from a connection to a session: OPTIONS, DESCRIBE and a SETUP for each medium.
struct Handshake {
    enum Outcome {
        case agreed(AgreedSession)
        /// The camera has the stream elsewhere.
        case redirected(location: String)
    }

    let request: SessionRequest
    let url: CameraURL
    let clocks: any Clocks
    /// The end of the whole attempt.
    let deadline: MonotonicTime

    /// Talks to the camera until a session is agreed on.
    ///
    /// - Throws: `RTSPError`; a session that was begun has then been torn down.
    func run(_ control: inout ControlConnection) throws(RTSPError) -> Outcome {
        let options = try ask(&control, "OPTIONS", url.requestURI)
        if let location = redirection(options) { return .redirected(location: location) }
        let describe = try ask(
            &control, "DESCRIBE", url.requestURI, [("Accept", "application/sdp")])
        if let location = redirection(describe) { return .redirected(location: location) }
        guard describe.status == 200 else { throw RTSPError(describe) }
        let sdp = String(decoding: describe.body, as: UTF8.self)
        let description = try SessionDescription(parsing: sdp)
        let base = ControlURL.base(of: describe, requestURI: url.requestURI)
        var setup = Setup(
            base: base, url: ControlURL.resolve(description.control, base: base),
            media: description.media,
            choice: try MediaChoice(of: description.media, wanted: request.media))
        do {
            try setUpMedia(&setup, &control)
        } catch {
            tearDown(setup, &control)
            throw error
        }
        let facts = SessionFacts(
            sdp: sdp, media: description.media, chosen: setup.choice.indices,
            demuxerSDP: setup.choice.demuxerSDP(of: description.media),
            sessionTimeout: setup.session?.timeout ?? .seconds(60),
            authenticationUsed: control.authenticator.scheme,
            serverName: describe.headers["Server"] ?? options.headers["Server"] ?? "")
        let methods = (options.headers["Public"] ?? "").uppercased()
        return .agreed(
            AgreedSession(
                facts: facts, tracks: setup.tracks,
                url: setup.url,
                identifier: setup.session?.identifier ?? "",
                keepAliveMethod: methods.contains("GET_PARAMETER") ? "GET_PARAMETER" : "OPTIONS"))
    }

    private struct Setup {
        let base: String
        let url: String
        let media: [MediaDescription]
        var choice: MediaChoice
        var tracks: [MediaTrack] = []
        var session: SessionHeader?
    }

    /// Sets up the chosen media; one that is refused is given up, unless it is the first.
    private func setUpMedia(
        _ setup: inout Setup, _ control: inout ControlConnection
    ) throws(RTSPError) {
        while setup.tracks.count < setup.choice.indices.count {
            let position = setup.tracks.count
            do {
                try setUpNext(&setup, &control)
            } catch {
                guard position > 0, error.isRefusal else { throw error }
                setup.choice.remove(at: position)
            }
        }
    }

    private func setUpNext(
        _ setup: inout Setup, _ control: inout ControlConnection
    ) throws(RTSPError) {
        let position = setup.tracks.count
        let medium = setup.media[setup.choice.indices[position]]
        let sockets = try makeSockets(control)
        let channel = UInt8(2 * position)
        let wanted =
            sockets.map { TransportHeader(clientPorts: $0.ports) }
            ?? TransportHeader(channels: .init(rtp: channel, rtcp: channel + 1))
        var headers = [("Transport", wanted.headerValue)]
        if let session = setup.session { headers.append(("Session", session.identifier)) }
        let uri = ControlURL.resolve(medium.control, base: setup.base)
        let response = try ask(&control, "SETUP", uri, headers)
        guard response.status == 200 else { throw RTSPError(response) }
        if setup.session == nil {
            setup.session = response.headers["Session"].map(SessionHeader.init(parsing:))
        }
        let agreed = TransportHeader(parsing: response.headers["Transport"] ?? "")
        let mapped = setup.choice.payloadTypes[position]
        if let sockets {
            guard !agreed.isInterleaved else { throw .transportRefused }
            sockets.aim(at: agreed)
            setup.tracks.append(
                MediaTrack(medium, mappedPayloadType: mapped, sockets: sockets))
        } else {
            let channels = agreed.channels ?? .init(rtp: channel, rtcp: channel + 1)
            control.reader.channels.insert(channels.rtp)
            control.reader.channels.insert(channels.rtcp)
            setup.tracks.append(
                MediaTrack(medium, mappedPayloadType: mapped, channels: channels))
        }
    }

    /// Returns sockets for datagrams; nil over TCP, and over TLS, which they would go around.
    private func makeSockets(
        _ control: borrowing ControlConnection
    ) throws(RTSPError) -> UDPSocketPair? {
        guard request.transport == .udp, let tcp = control.channel as? TCPChannel else {
            return nil
        }
        return try UDPSocketPair.open(camera: tcp.peer)
    }

    private func tearDown(_ setup: Setup, _ control: inout ControlConnection) {
        guard let session = setup.session else { return }
        control.sayGoodbye(setup.url, session: session.identifier, budget: .milliseconds(500))
    }

    private func ask(
        _ control: inout ControlConnection, _ method: String, _ uri: String,
        _ headers: [(String, String)] = []
    ) throws(RTSPError) -> RTSPResponse {
        let end = min(deadline, clocks.monotonic + request.networkTimeout)
        return try control.exchange(method, uri, headers, deadline: end)
    }

    private func redirection(_ response: RTSPResponse) -> String? {
        guard (300...399).contains(response.status), response.status != 304 else { return nil }
        return response.headers["Location"] ?? ""
    }
}

extension ControlConnection {
    /// Ends a session in the camera (TEARDOWN), also when we have been told to stop.
    ///
    /// The answer is waited for: a connection that is closed with bytes unread is reset, and the
    /// reset can overtake the request.
    mutating func sayGoodbye(_ uri: String, session: String, budget: Duration) {
        channel.ignoresCancellation = true
        channel.coalesce(bytes: 1, delay: .zero)
        // What is unread may be the very thing that ended the session.
        buffer.consume(buffer.unread.count)
        // The answer may lie behind more of it.
        forgiveNoise()
        let headers = session.isEmpty ? [] : [("Session", session)]
        _ = try? exchange("TEARDOWN", uri, headers, deadline: clocks.monotonic + budget)
    }
}
