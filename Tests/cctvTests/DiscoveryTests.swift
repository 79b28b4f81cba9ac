import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@testable import cctv

/// Looking for cameras, on loopback with a camera of the test's own.
@Suite(.timeLimit(.minutes(1)))
struct DiscoveryTests {
    private static let answer = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- a camera's words --><SOAP-ENV:Envelope xmlns:SOAP-ENV="x" xmlns:d="y"><SOAP-ENV:Body>
        <d:ProbeMatches><d:ProbeMatch><a:EndpointReference/><d:Types>dn:NetworkVideoTransmitter</d:Types>
        <d:Scopes>onvif://www.onvif.org/type/ptz onvif://www.onvif.org/hardware/IPC&#45;100
         onvif://www.onvif.org/name/Front%20door%20%26%20yard</d:Scopes>
        <d:XAddrs>http://10.0.0.9/onvif/device_service http://127.0.0.1:8000/onvif/device_service</d:XAddrs>
        </d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>
        """

    @Test func `a camera's answer tells name, model and service`() {
        #expect(
            NetworkCamera.read(Self.answer, from: "127.0.0.1") == [
                NetworkCamera(
                    host: "127.0.0.1", name: "Front door & yard", hardware: "IPC-100",
                    service: "http://127.0.0.1:8000/onvif/device_service")
            ])
    }

    @Test func `garbage and torn answers are no camera and no crash`() {
        var random = SeededGenerator(seed: 7)
        let bytes = Array(Self.answer.utf8)
        for _ in 0..<2000 {
            var damaged = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            for _ in 0..<Int.random(in: 0...8, using: &random) where !damaged.isEmpty {
                let index = Int.random(in: 0..<damaged.count, using: &random)
                damaged[index] = UInt8.random(in: 0...255, using: &random)
            }
            _ = NetworkCamera.read(String(decoding: damaged, as: UTF8.self), from: "127.0.0.1")
        }
        let deep = String(repeating: "<a>", count: 50_000)
        #expect(NetworkCamera.read(deep, from: "127.0.0.1") == [])
    }

    @Test func `a camera that answers is found, once`() throws {
        let camera = try LoopbackResponder(answer: Self.answer)
        let discovery = CameraDiscovery(
            group: "127.0.0.1", port: camera.port, interfaces: ["127.0.0.1"],
            duration: .milliseconds(1500))
        let found = try discovery.run()
        camera.stop()
        #expect(found.map(\.name) == ["Front door & yard"])
        let questions = camera.questions
        #expect(questions.count == 4, "two kinds of question, asked twice")
        #expect(questions.contains { $0.contains("NetworkVideoTransmitter") })
        #expect(questions.contains { $0.contains("t:Device<") })
    }
}

/// A camera that answers every question that reaches a port of loopback.
private final class LoopbackResponder: Sendable {
    let port: UInt16
    private let heard = Mutex<[String]>([])
    private let cancellation: Cancellation
    private let thread = Mutex<NamedThread?>(nil)

    var questions: [String] { heard.withLock { $0 } }

    init(answer: String) throws {
        cancellation = try Cancellation()
        let socket = try loopbackSocket(SOCK_DGRAM)
        let number = socket.number
        port = socket.port
        let thread = try NamedThread(name: "onvif-camera") { [self] in
            serve(number, Array(answer.utf8))
            close(number)
        }
        self.thread.withLock { $0 = thread }
    }

    func stop() {
        cancellation.cancel()
        thread.withLock { $0.take() }?.join()
    }

    private func serve(_ number: Int32, _ answer: [UInt8]) {
        while !cancellation.isCancelled {
            var waits = [number, cancellation.descriptor].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            guard poll(&waits, 2, -1) > 0, waits[0].revents != 0 else { continue }
            var block = [UInt8](repeating: 0, count: 65_536)
            var sender = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutablePointer(to: &sender) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    let count = recvfrom(number, &block, block.count, 0, address, &size)
                    let text = String(decoding: block[..<max(0, count)], as: UTF8.self)
                    heard.withLock { $0.append(text) }
                    _ = sendto(number, answer, answer.count, 0, address, size)
                }
            }
        }
    }
}
