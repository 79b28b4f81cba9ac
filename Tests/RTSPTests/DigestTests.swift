import Testing

@testable import RTSP

struct DigestTests {
    private let hashes = ReferenceHashes.digest

    @Test func `the hashes of the tests are the real ones`() {
        let text = Array("abc".utf8)
        #expect(
            DigestResponse.hexadecimal(hashes.md5(text)) == "900150983cd24fb0d6963f7d28e17f72")
        #expect(
            DigestResponse.hexadecimal(hashes.sha256(text))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func `the example of RFC 2617 gives its response`() {
        let digest = DigestResponse(
            username: "Mufasa", realm: "testrealm@host.com",
            nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", uri: "/dir/index.html", method: "GET",
            algorithm: nil, protection: "auth", clientNonce: "0a4f113b", nonceCount: "00000001")
        let response = digest.compute(password: Secret("Circle Of Life"), hashes: hashes)
        #expect(response == "6629fae49393a05397450978507c4ef1")
    }

    @Test(arguments: [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ])
    func `the examples of RFC 7616 give their responses`(algorithm: String, expected: String) {
        let digest = DigestResponse(
            username: "Mufasa", realm: "http-auth@example.org",
            nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri: "/dir/index.html",
            method: "GET", algorithm: algorithm, protection: "auth",
            clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", nonceCount: "00000001")
        #expect(digest.compute(password: Secret("Circle of Life"), hashes: hashes) == expected)
    }

    @Test func `a camera without qop gets the response of RFC 2069`() {
        let digest = DigestResponse(
            username: "admin", realm: "IPC", nonce: "123", uri: "rtsp://cam/", method: "DESCRIBE",
            algorithm: nil, protection: nil, clientNonce: "unused", nonceCount: "00000001")
        let hex = { (text: String) in
            DigestResponse.hexadecimal(ReferenceHashes.md5(Array(text.utf8)))
        }
        let expected = hex("\(hex("admin:IPC:pw")):123:\(hex("DESCRIBE:rtsp://cam/"))")
        #expect(digest.compute(password: Secret("pw"), hashes: hashes) == expected)
    }

    @Test func `the strongest of several challenges is taken`() {
        var headers = HeaderFields()
        headers.append("WWW-Authenticate", "Basic realm=\"a\"")
        headers.append(
            "WWW-Authenticate",
            "Digest realm=\"b\", nonce=\"1\", Digest realm=\"c\", nonce=\"2\", algorithm=SHA-256")
        headers.append("WWW-Authenticate", "Digest realm=\"d\", nonce=\"3\", algorithm=SHA-512-256")
        let challenge = Challenge.strongest(in: headers)
        #expect(challenge?.scheme == .digestSHA256)
        #expect(challenge?.realm == "c")
        headers = HeaderFields()
        headers.append("WWW-Authenticate", "Negotiate")
        #expect(Challenge.strongest(in: headers) == nil)
    }

    @Test(arguments: [
        (#"Digest realm="My \"Cam\"", nonce="x""#, #"My \"Cam\""#),
        (#"Digest realm="My "Cam"", nonce="x""#, #"My "Cam""#),
        (#"Digest realm="a, b=c" , nonce="x""#, "a, b=c"),
        ("digest REALM=plain,nonce=x", "plain"),
        (#"Digest realm = "s" , nonce = "x""#, "s"),
    ])
    func `realms are read with quotes and commas in them`(value: String, realm: String) {
        let challenges = Challenge.parse(value)
        #expect(challenges.count == 1)
        #expect(challenges.first?.realm == realm)
        #expect(challenges.first?.nonce == "x")
    }

    @Test(arguments: [
        Challenge(realm: "r", nonce: "n"),
        Challenge(realm: "r", nonce: "n", protections: ["auth"]),
        Challenge(realm: "r", nonce: "n", scheme: .digestSHA256, protections: ["auth-int"]),
        Challenge(realm: "r", nonce: "n", scheme: .basic),
    ])
    func `a server accepts the right password and no other`(challenge: Challenge) throws {
        for (name, password) in [("admin", "pw"), ("a\"b\\c", "p:w")] {
            let credentials = Credentials(username: name, password: Secret(password))
            var client = Authenticator(credentials: credentials, hashes: hashes, allowsBasic: true)
            #expect(client.authorization(method: "PLAY", uri: "rtsp://cam/") == nil)
            var response = RTSPResponse(status: 401)
            response.headers.append("WWW-Authenticate", challenge.headerValue)
            try client.challenged(by: response)
            let line = client.authorization(method: "PLAY", uri: "rtsp://cam/")
            let value = try #require(line)
            let said = try #require(Authorization(parsing: value, method: "PLAY"))
            #expect(said.proves(credentials, nonce: "n", hashes: hashes))
            let wrong = Credentials(username: name, password: Secret("other"))
            #expect(!said.proves(wrong, nonce: "n", hashes: hashes))
            if challenge.scheme != .basic {
                let other = try #require(Authorization(parsing: value, method: "TEARDOWN"))
                #expect(!other.proves(credentials, nonce: "n", hashes: hashes))
                #expect(!said.proves(credentials, nonce: "m", hashes: hashes))
            }
        }
    }

    @Test func `a refused answer is not repeated, a stale one is`() throws {
        let credentials = Credentials(username: "admin", password: Secret("pw"))
        var client = Authenticator(credentials: credentials, hashes: hashes, allowsBasic: true)
        func challenge(_ nonce: String, isStale: Bool = false) -> RTSPResponse {
            var response = RTSPResponse(status: 401)
            let challenge = Challenge(realm: "r", nonce: nonce, isStale: isStale)
            response.headers.append("WWW-Authenticate", challenge.headerValue)
            return response
        }
        try client.challenged(by: challenge("1"))
        #expect(throws: RTSPError.unauthorized(hadCredentials: true)) {
            try client.challenged(by: challenge("2"))
        }
        try client.challenged(by: challenge("3", isStale: true))
        client.accepted()
        try client.challenged(by: challenge("4"))
        #expect(throws: RTSPError.unauthorized(hadCredentials: true)) {
            try client.challenged(by: challenge("5"))
        }
    }

    @Test func `the password never goes in clear text after Digest, or when that is forbidden`()
        throws
    {
        let credentials = Credentials(username: "admin", password: Secret("pw"))
        var basic = RTSPResponse(status: 401)
        basic.headers.append("WWW-Authenticate", "Basic realm=\"r\"")
        var strict = Authenticator(credentials: credentials, hashes: hashes, allowsBasic: false)
        #expect(throws: RTSPError.basicRefused) { try strict.challenged(by: basic) }
        var client = Authenticator(credentials: credentials, hashes: hashes, allowsBasic: true)
        var digest = RTSPResponse(status: 401)
        digest.headers.append("WWW-Authenticate", "Digest realm=\"r\", nonce=\"1\"")
        try client.challenged(by: digest)
        client.accepted()
        basic.headers["WWW-Authenticate"] = "Basic realm=\"r\", stale=true"
        #expect(throws: RTSPError.basicRefused) { try client.challenged(by: basic) }
    }

    @Test func `Base64 comes back as it was`() {
        for length in 0..<20 {
            let bytes = (0..<length).map { UInt8($0 * 37 & 255) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.encode(Array("Aladdin:open sesame".utf8)) == "QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        #expect(Base64.decode("a*b") == nil)
    }
}
