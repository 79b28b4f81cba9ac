import Platform
import RTSP
import TestSupport
import Testing

@Suite(.serialized, .ownThread, .timeLimit(.minutes(1)))
struct AuthenticationSessionTests {
    /// A camera that wants to know who asks, from DESCRIBE on.
    private func guarded(
        _ challenges: [Challenge], password: String = "pw"
    ) throws -> ScriptedServer {
        try ScriptedServer { peer in
            let credentials = Credentials(username: "admin", password: Secret(password))
            while let request = peer.request() {
                let said = request.headers["Authorization"].flatMap {
                    Authorization(parsing: $0, method: request.method)
                }
                let isKnown = said?.proves(
                    credentials, nonce: challenges[0].nonce, hashes: ReferenceHashes.digest)
                if request.method == "OPTIONS" || isKnown == true {
                    PlainCamera.answer(request, peer)
                } else {
                    peer.answer(
                        request, 401, challenges.map { ("WWW-Authenticate", $0.headerValue) })
                }
            }
        }
    }

    @Test(arguments: [
        AuthenticationScheme.basic, .digestMD5, .digestSHA256,
    ])
    func `the right password opens the session`(scheme: AuthenticationScheme) throws {
        let server = try guarded([Challenge(realm: "r", nonce: "n", scheme: scheme)])
        defer { server.stop() }
        let client = try server.open(userinfo: "admin:pw@")
        #expect(client.session.authenticationUsed == scheme)
        client.close()
        let requests = server.received.components(of: "RTSP/1.0\r\n")
        #expect(!requests[0].contains("Authorization"))
        #expect(!requests[1].contains("Authorization"))
        #expect(server.received.components(of: "Authorization: ").count > 3)
        #expect(server.received.contains("Basic YWRtaW46cHc=") == (scheme == .basic))
    }

    @Test(arguments: [AuthenticationScheme.basic, .digestMD5])
    func `a wrong password is tried exactly once`(scheme: AuthenticationScheme) throws {
        let server = try guarded([Challenge(realm: "r", nonce: "n", scheme: scheme)])
        defer { server.stop() }
        #expect(
            try server.failure(userinfo: "admin:S3cret@") == .unauthorized(hadCredentials: true))
        #expect(server.received.components(of: "Authorization: ").count == 2)
        #expect(!server.received.contains("S3cret"))
    }

    @Test func `without a password none is made up`() throws {
        let server = try guarded([Challenge(realm: "r", nonce: "n")])
        defer { server.stop() }
        #expect(try server.failure() == .unauthorized(hadCredentials: false))
        #expect(!server.received.contains("Authorization"))
    }

    @Test func `clear text is refused where Digest was spoken before`() throws {
        let server = try guarded([Challenge(realm: "r", nonce: "n", scheme: .basic)])
        defer { server.stop() }
        let request = try server.request(userinfo: "admin:pw@")
        var strongest = AuthenticationScheme.digestMD5
        #expect(throws: RTSPError.basicRefused) {
            try RTSPClient.open(
                request, clocks: SystemClocks(), cancellation: Cancellation(),
                strongest: &strongest
            ).close()
        }
        #expect(!server.received.contains("Authorization"))
    }

    @Test func `a camera that turns to Digest in the middle of a session is known by it`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                let scheme: AuthenticationScheme =
                    request.method == "TEARDOWN" ? .digestMD5 : .basic
                let said = request.headers["Authorization"] ?? ""
                if request.method == "OPTIONS"
                    || said.hasPrefix(scheme == .basic ? "Basic" : "Digest")
                {
                    PlainCamera.answer(request, peer)
                } else {
                    let challenge = Challenge(realm: "r", nonce: "n", scheme: scheme)
                    peer.answer(request, 401, [("WWW-Authenticate", challenge.headerValue)])
                }
            }
        }
        defer { server.stop() }
        var client = try server.open(userinfo: "admin:pw@")
        #expect(client.session.authenticationUsed == .basic)
        try client.play()
        let scheme = client.close()
        #expect(scheme == .digestMD5)
    }

    @Test func `a nonce that has grown old in the session is replaced`() throws {
        let server = try ScriptedServer { peer in
            var nonce = "first"
            let credentials = Credentials(username: "admin", password: Secret("pw"))
            while let request = peer.request() {
                let said = request.headers["Authorization"].flatMap {
                    Authorization(parsing: $0, method: request.method)
                }
                if request.method == "PLAY", nonce == "first" { nonce = "second" }
                if said?.proves(credentials, nonce: nonce, hashes: ReferenceHashes.digest) == true {
                    PlainCamera.answer(request, peer)
                } else {
                    let challenge = Challenge(realm: "r", nonce: nonce, isStale: nonce == "second")
                    peer.answer(request, 401, [("WWW-Authenticate", challenge.headerValue)])
                }
            }
        }
        defer { server.stop() }
        var client = try server.open(userinfo: "admin:pw@")
        try client.play()
        client.close()
        #expect(server.received.contains("nonce=\"second\""))
    }

    @Test func `neither garbage nor a new nonce keeps the farewell from a camera`() throws {
        let garbage = [UInt8](repeating: 0x80, count: 100 << 10)
        let server = try ScriptedServer { peer in
            let credentials = Credentials(username: "admin", password: Secret("pw"))
            while let request = peer.request() {
                let nonce = request.method == "TEARDOWN" ? "second" : "first"
                let said = request.headers["Authorization"].flatMap {
                    Authorization(parsing: $0, method: request.method)
                }
                if said?.proves(credentials, nonce: nonce, hashes: ReferenceHashes.digest) == true {
                    PlainCamera.answer(request, peer)
                    if request.method == "PLAY" { peer.send(garbage + garbage + garbage) }
                } else {
                    if request.method == "TEARDOWN" { peer.send(garbage) }
                    let challenge = Challenge(realm: "r", nonce: nonce)
                    peer.answer(request, 401, [("WWW-Authenticate", challenge.headerValue)])
                }
            }
        }
        defer { server.stop() }
        var client = try server.open(userinfo: "admin:pw@")
        try client.play()
        let deadline = SystemClocks().monotonic + .seconds(5)
        #expect(throws: RTSPError.malformed(what: "packets out of step on the connection")) {
            while true { _ = try client.receive(deadline: deadline).lostBefore }
        }
        client.close()
        #expect(server.received.contains("nonce=\"second\""))
    }

    @Test func `a redirection on the same host is followed, three times at most`() throws {
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                if request.method == "DESCRIBE", !request.uri.hasSuffix("/there") {
                    peer.answer(request, 302, [("Location", "/there")])
                } else if request.method == "DESCRIBE", request.uri.contains("never") {
                    peer.answer(request, 302, [("Location", request.uri)])
                } else {
                    PlainCamera.answer(request, peer)
                }
            }
        }
        defer { server.stop() }
        try server.open().close()
        #expect(server.received.contains("SETUP rtsp://127.0.0.1:\(server.port)/there/track1"))
        let loop = try ScriptedServer { peer in
            while let request = peer.request() {
                peer.answer(request, 301, [("Location", request.uri)])
            }
        }
        defer { loop.stop() }
        #expect(try loop.failure() == .redirectLoop)
        #expect(loop.connectionCount == 4)
    }

    @Test func `credentials do not follow a redirection to another port or host`() throws {
        let evil = try guarded([Challenge(realm: "r", nonce: "n", scheme: .basic)])
        defer { evil.stop() }
        let location = "rtsp://x:y@127.0.0.1:\(evil.port)/live"
        let server = try ScriptedServer { peer in
            while let request = peer.request() {
                peer.answer(request, 302, [("Location", location)])
            }
        }
        defer { server.stop() }
        let error = try server.failure(userinfo: "admin:pw@")
        #expect(error == .redirectedElsewhere(host: "rtsp://127.0.0.1:\(evil.port)"))
        #expect(!evil.received.contains("Authorization"))
        let foreign = try ScriptedServer { peer in
            while let request = peer.request() {
                peer.answer(request, 302, [("Location", "rtsp://localhost:\(evil.port)/x")])
            }
        }
        defer { foreign.stop() }
        let before = evil.connectionCount
        let refusal = try foreign.failure(userinfo: "admin:pw@")
        #expect(refusal == .redirectedElsewhere(host: "localhost"))
        #expect(evil.connectionCount == before)
    }
}

extension String {
    /// The parts between the places where `separator` stands.
    func components(of separator: String) -> [String] {
        var parts = [""]
        var rest = utf8[...]
        while let byte = rest.first {
            if rest.starts(with: separator.utf8) {
                parts.append("")
                rest = rest.dropFirst(separator.utf8.count)
            } else {
                parts[parts.count - 1].unicodeScalars.append(Unicode.Scalar(byte))
                rest = rest.dropFirst()
            }
        }
        return parts
    }
}
