import Console
import Glibc
import Platform
import TestSupport
import Testing

/// A console with real sockets.
@Suite(.timeLimit(.minutes(1))) struct ServerTests {
    @Test func `the console ends within two seconds while streams are open and nobody reads`()
        async throws
    {
        try await onThread {
            let clip = TemporaryDirectory()
            let file = try OwnedDescriptor.open(clip.file("a.mp4"), O_CREAT | O_WRONLY)
            #expect(ftruncate(file.number, 64 << 20) == 0)
            let recorder = SampleRecorder(clipPath: clip.file("a.mp4"))
            let console = try RunningConsole(recorder)
            let port = try console.start()
            let stream = try #require(Wire(port: port))
            stream.get("/api/v1/events", headers: console.tokenHeader)
            #expect(stream.read(until: "event: status").contains("text/event-stream"))
            let stuck = try #require(Wire(port: port))
            stuck.get("/api/v1/clips/7/video.mp4", headers: console.tokenHeader)
            #expect(stuck.read(until: "\r\n\r\n").contains("200 OK"))
            let idle = try #require(Wire(port: port))
            let begin = SystemClocks().monotonic
            console.server.stop()
            #expect(SystemClocks().monotonic - begin < .seconds(2))
            for wire in [stream, stuck, idle] { #expect(wire.isClosed(within: 1)) }
            #expect(Wire(port: port) == nil)
            #expect(recorder.watcherCount == 0)
        }
    }

    @Test func `a client that leaves a silent stream is noticed`() async throws {
        try await onThread {
            let recorder = SampleRecorder()
            let console = try RunningConsole(recorder)
            var stream = Wire(port: try console.start())
            stream?.get("/api/v1/events", headers: console.tokenHeader)
            #expect(stream?.read(until: "event: status").contains("event: status") == true)
            #expect(recorder.watcherCount == 1)
            stream = nil
            #expect(eventually { recorder.watcherCount == 0 })
            console.server.stop()
        }
    }

    @Test(arguments: [false, true])
    func `the Unix socket answers its owner, closes alone and opens again`(
        hasLongPath: Bool
    ) async throws {
        try await onThread {
            let console = try RunningConsole(port: nil)
            var folder = console.folder.path
            if hasLongPath {
                folder += "/" + String(repeating: "x", count: 120)
                mkdir(folder, 0o700)
            }
            let path = folder + "/control.sock"
            for _ in 0..<2 {
                try console.server.openSocket(path)
                var facts = stat()
                #expect(lstat(path, &facts) == 0)
                #expect(facts.st_mode & 0o777 == 0o600)
                let descriptor = try OwnedDescriptor.open(folder, O_RDONLY | O_DIRECTORY)
                let short = "/proc/self/fd/\(descriptor.number)/control.sock"
                let client = try #require(Wire(path: short))
                client.get("/api/v1/status")
                #expect(client.read(until: "time_zone").contains("200 OK"))
                console.server.closeSocket()
                #expect(client.isClosed(within: 1))
                #expect(lstat(path, &facts) != 0)
            }
            console.server.stop()
        }
    }

    @Test func `a port that is taken is said in a sentence`() async throws {
        try await onThread {
            let first = try RunningConsole()
            let second = try RunningConsole(port: try first.start())
            let error = #expect(throws: ConsoleError.self) { try second.server.start() }
            #expect(error?.description.contains("Address already in use") == true)
            first.server.stop()
        }
    }
}
