internal import AVRemux
internal import Platform
internal import RTSP

/// Answers the requests of one connection (RFC 2326 10), well or as its fault wants it.
struct Responder {
    /// What is sent back, and what happens to the session then.
    struct Answer {
        var response: RTSPResponse
        var startsPlaying = false
        var endsSession = false
    }

    let context: ServerContext
    let connection: Int
    private let plan: FaultPlan?

    init(context: ServerContext, connection: Int) {
        self.context = context
        self.connection = connection
        plan = context.plan(connection: connection)
    }

    /// Answers one request; SETUP makes the session, or adds to it.
    func answer(_ request: RTSPRequest, session: inout Session?) -> Answer {
        if plan?.fault == .status503 { return Answer(response: reply(request, 503)) }
        if request.method != "OPTIONS", let refusal = authenticate(request) {
            return Answer(response: refusal)
        }
        switch request.method {
        case "OPTIONS": return Answer(response: options(request, isKeepAlive: session != nil))
        case "GET_PARAMETER", "SET_PARAMETER":
            return Answer(response: keepAlive(request, session))
        case "DESCRIBE": return Answer(response: describe(request))
        case "SETUP": return Answer(response: setUp(request, session: &session))
        case "PLAY":
            guard let session else { return Answer(response: reply(request, 454)) }
            return Answer(response: play(request, session), startsPlaying: true)
        case "PAUSE": return Answer(response: reply(request, 501))
        case "TEARDOWN":
            if let session { context.freeSlot(session.parameters.identifier) }
            return Answer(response: reply(request, session == nil ? 454 : 200), endsSession: true)
        default: return Answer(response: reply(request, 405))
        }
    }

    private func reply(_ request: RTSPRequest, _ status: Int) -> RTSPResponse {
        var response = RTSPResponse(to: request, status: status)
        response.headers["Server"] = "cctv fake camera"
        return response
    }

    private func options(_ request: RTSPRequest, isKeepAlive: Bool) -> RTSPResponse {
        var response = reply(
            request, isKeepAlive && plan?.fault == .keepAlive454 ? 454 : 200)
        response.headers["Public"] = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"
        return response
    }

    /// A request without a body is a sign of life (RFC 2326 10.8).
    private func keepAlive(_ request: RTSPRequest, _ session: Session?) -> RTSPResponse {
        guard let session, plan?.fault != .keepAlive454 else { return reply(request, 454) }
        if plan?.fault == .oneSessionSlot {
            _ = context.takeSlot(session.parameters.identifier)
        }
        return reply(request, 200)
    }

    /// Returns the refusal of a request without the right password; `nil` lets it pass.
    private func authenticate(_ request: RTSPRequest) -> RTSPResponse? {
        guard let credentials = context.configuration.credentials,
            context.configuration.authentication != .none
        else { return plan?.fault == .wrongPassword ? refuse(request, .digestMD5) : nil }
        var scheme = context.configuration.authentication
        if plan?.fault == .basicDowngrade, connection > 1 { scheme = .basic }
        guard plan?.fault != .wrongPassword, let value = request.headers["Authorization"],
            let given = Authorization(parsing: value, method: request.method, body: request.body),
            given.scheme == scheme,
            given.proves(credentials, nonce: context.nonce, hashes: .libavutil)
        else { return refuse(request, scheme) }
        return nil
    }

    private func refuse(_ request: RTSPRequest, _ scheme: AuthenticationScheme) -> RTSPResponse {
        var response = reply(request, 401)
        response.headers["WWW-Authenticate"] =
            Challenge(
                realm: "cctv", nonce: context.nonce, scheme: scheme, protections: ["auth"]
            ).headerValue
        return response
    }

    private func describe(_ request: RTSPRequest) -> RTSPResponse {
        switch plan?.fault {
        case .status404: return reply(request, 404)
        case .status500: return reply(request, 500)
        case .redirect, .redirectLoop:
            var response = reply(request, 302)
            let isLoop = plan?.fault == .redirectLoop
            response.headers["Location"] = isLoop ? request.uri : plan?.location ?? request.uri
            return response
        default: break
        }
        let path = ServerContext.path(request.uri)
        guard let media = context.media(at: path, connection: connection) else {
            return reply(request, 404)
        }
        var response = reply(request, 200)
        response.headers["Content-Type"] = "application/sdp"
        response.headers["Content-Base"] = request.uri + (request.uri.hasSuffix("/") ? "" : "/")
        response.body = Array(Announcement.text(of: media.media, fault: plan?.fault).utf8)
        return response
    }

    private func setUp(_ request: RTSPRequest, session: inout Session?) -> RTSPResponse {
        switch plan?.fault {
        case .status453: return reply(request, 453)
        case .status461: return reply(request, 461)
        default: break
        }
        let path = ServerContext.path(request.uri)
        guard var made = session ?? context.makeSession(path: path, connection: connection),
            let stream = Announcement.stream(ofURL: request.uri) ?? onlyStream(of: made),
            made.media.media.streams.indices.contains(stream)
        else { return reply(request, 404) }
        if plan?.fault == .oneSessionSlot, !context.takeSlot(made.parameters.identifier) {
            return reply(request, 453)
        }
        guard let value = request.headers["Transport"],
            let transport = transport(for: TransportHeader(parsing: value), stream: stream)
        else { return reply(request, 461) }
        made.add(stream: stream, transport)
        var response = reply(request, 200)
        let source = made.tracks[stream].map { String($0.source, radix: 16, uppercase: true) }
        response.headers["Transport"] =
            header(for: transport, request: value) + ";ssrc=\(source ?? "0")"
        let timeout = Int(context.configuration.sessionTimeout.seconds)
        response.headers["Session"] = "\(made.parameters.identifier);timeout=\(timeout)"
        session = made
        return response
    }

    private func onlyStream(of session: Session) -> Int? {
        session.media.media.streams.count == 1 ? 0 : nil
    }

    private func transport(for wish: TransportHeader, stream: Int) -> Track.Transport? {
        if wish.isInterleaved {
            let channel = UInt8(2 * stream)
            return .interleaved(
                rtp: wish.channels?.rtp ?? channel, rtcp: wish.channels?.rtcp ?? channel + 1)
        }
        guard let port = wish.clientPorts?.rtp, let pair = try? DatagramPair(clientPort: port)
        else {
            return nil
        }
        return .datagrams(pair)
    }

    private func header(for transport: Track.Transport, request: String) -> String {
        switch transport {
        case .interleaved(let rtp, let rtcp):
            return TransportHeader(channels: .init(rtp: rtp, rtcp: rtcp)).headerValue
        case .datagrams(let pair):
            let ports = pair.ports
            let client = TransportHeader(parsing: request).clientPorts ?? .init(rtp: 0, rtcp: 0)
            return TransportHeader(
                clientPorts: client, serverPorts: .init(rtp: ports.rtp, rtcp: ports.rtcp)
            ).headerValue
        }
    }

    /// RTP-Info gives the first sequence number of each stream (RFC 2326 12.33).
    private func play(_ request: RTSPRequest, _ session: Session) -> RTSPResponse {
        var response = reply(request, 200)
        let base = request.uri.hasSuffix("/") ? String(request.uri.dropLast()) : request.uri
        response.headers["RTP-Info"] = session.tracks.sorted { $0.key < $1.key }.map {
            index, track in
            "url=\(base)/\(Announcement.control(index));seq=\(track.sequence)"
        }.joined(separator: ",")
        response.headers["Range"] = "npt=0.000-"
        return response
    }
}

extension Authorization {
    /// The scheme that was used.
    fileprivate var scheme: AuthenticationScheme {
        switch self {
        case .basic: .basic
        case .digest(let digest, _):
            digest.algorithm?.uppercased().hasPrefix("SHA-256") == true ? .digestSHA256 : .digestMD5
        }
    }
}
