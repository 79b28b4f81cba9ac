import Platform
import TestSupport
import Testing

@testable import Console

/// What a client that does not behave comes to, on real sockets.
@Suite(.timeLimit(.minutes(2))) struct LimitTests {
    @Test func `one address has at most 64 connections`() async throws {
        try await onThread {
            let console = try RunningConsole()
            let port = try console.start()
            let wires = try (0..<64).map { _ in try #require(Wire(port: port)) }
            for wire in wires {
                wire.get("/healthz")
                #expect(wire.read(until: "ok\n").contains("200 OK"))
            }
            let extra = try #require(Wire(port: port))
            extra.get("/healthz")
            #expect(extra.isClosed(within: 3))
            console.server.stop()
        }
    }

    @Test func `all addresses together have at most 256 connections`() async throws {
        try await onThread {
            let console = try RunningConsole()
            let port = try console.start()
            func answers(_ wire: Wire?) -> Bool {
                wire?.get("/healthz")
                return wire?.read(until: "ok\n").contains("200 OK") == true
            }
            var wires: [Wire] = []
            for address in 2..<6 {
                for _ in 0..<64 {
                    wires.append(try #require(Wire(port: port, from: "127.0.0.\(address)")))
                    // A stream is not ended for being silent, as a connection without a request is.
                    wires.last?.get("/api/v1/events", headers: console.tokenHeader)
                }
            }
            for wire in wires {
                #expect(wire.read(until: "event: status").contains("200 OK"))
            }
            let extra = try #require(Wire(port: port, from: "127.0.0.9"))
            extra.get("/healthz")
            #expect(extra.isClosed(within: 3))
            wires.removeLast()
            #expect(eventually { answers(Wire(port: port, from: "127.0.0.9")) })
            console.server.stop()
        }
    }

    @Test func `a body that comes a byte at a time ends after half a minute`() async throws {
        try await onThread {
            let console = try RunningConsole()
            let port = try console.start()
            let wire = try #require(Wire(port: port))
            wire.send(
                "PUT /api/v1/recording HTTP/1.1\r\nHost: localhost\r\n\(console.tokenHeader)"
                    + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
            let begin = SystemClocks().monotonic
            var answer = ""
            while answer.isEmpty, SystemClocks().monotonic - begin < .seconds(45) {
                wire.send(" ")
                answer = wire.read(until: "body.slow", within: 1)
            }
            #expect(answer.contains("408"))
            #expect(SystemClocks().monotonic - begin > .seconds(25))
            console.server.stop()
        }
    }

    @Test(arguments: [true, false])
    func `a body of more than 1 MiB is refused, whether its length is told or not`(
        isTold: Bool
    ) async throws {
        try await onThread {
            let console = try RunningConsole()
            let port = try console.start()
            let length = (1 << 20) + 1
            let wire = try #require(Wire(port: port))
            wire.send(
                "PUT /api/v1/recording HTTP/1.1\r\nHost: localhost\r\n\(console.tokenHeader)"
                    + "Content-Type: application/json\r\n"
                    + (isTold
                        ? "Content-Length: \(length)\r\n\r\n"
                        : "Transfer-Encoding: chunked\r\n\r\n\(String(length, radix: 16))\r\n"))
            let piece = String(repeating: " ", count: 64 << 10)
            for _ in 0..<17 { wire.send(piece) }
            #expect(wire.read(until: "body.large").contains("413"))
            console.server.stop()
        }
    }

    @Test func `a header of more than 16 KiB is refused`() async throws {
        try await onThread {
            let console = try RunningConsole()
            let port = try console.start()
            let one = try #require(Wire(port: port))
            one.get("/healthz", headers: "X: \(String(repeating: "x", count: 17 << 10))\r\n")
            #expect(!one.read(until: "\r\n\r\n").contains("200 OK"))
            let many = try #require(Wire(port: port))
            many.get(
                "/healthz",
                headers: String(
                    repeating: "X: \(String(repeating: "x", count: 200))\r\n", count: 90))
            #expect(!many.read(until: "\r\n\r\n").contains("200 OK"))
            console.server.stop()
        }
    }

    @Test func `a header that comes a byte at a time ends after ten seconds`() async throws {
        try await onThread {
            let console = try RunningConsole()
            let port = try console.start()
            let wire = try #require(Wire(port: port))
            let begin = SystemClocks().monotonic
            wire.send("GET /healthz HTTP/1.1\r\nX: ")
            var isClosed = false
            while !isClosed, SystemClocks().monotonic - begin < .seconds(20) {
                wire.send("x")
                isClosed = wire.isClosed(within: 0.5)
            }
            #expect(isClosed)
            #expect(SystemClocks().monotonic - begin < .seconds(14))
            console.server.stop()
        }
    }

    @Test func `a name that is not ours is answered with 421`() async throws {
        try await onThread {
            let console = try RunningConsole()
            let port = try console.start()
            let wire = try #require(Wire(port: port))
            wire.send("GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n")
            #expect(wire.read(until: "host.unknown").contains("421"))
            console.server.stop()
        }
    }

    @Test
    func `nobody on the network gets in before there is a password, and then where it was wanted`()
        async throws
    {
        try await onThread {
            let console = try RunningConsole(host: "0.0.0.0", hasUser: false)
            let start = try #require(try console.server.start())
            let port = try #require(console.server.port)
            #expect(start.remarks.contains { $0.contains("this machine only") })
            // Another address of this machine is the network's.
            #expect(Wire(port: port, address: "127.0.0.2") == nil)
            let token = try #require(start.setupLink?.split(separator: "=").last)
            let body = #"{"token":"\#(token)","user":"anna","password":"correct horse"}"#
            let wire = try #require(Wire(port: port))
            wire.send(
                "POST /api/v1/setup HTTP/1.1\r\nHost: localhost:\(port)\r\n"
                    + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                    + body)
            #expect(wire.read(until: "\r\n\r\n").contains("204"))
            #expect(eventually { Wire(port: port, address: "127.0.0.2") != nil })
            console.server.stop()
        }
    }
}
