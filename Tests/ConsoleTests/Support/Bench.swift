import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Platform
import Synchronization
import TestSupport

@testable import Console

/// A console without sockets, and requests that come from wherever a test says.
final class Bench: Sendable {
    /// A browser on the recorder's machine.
    static let here = ConsoleContext.Peer.network(address: "127.0.0.1", isLoopback: true)
    /// Somebody on the network.
    static let elsewhere = ConsoleContext.Peer.network(address: "203.0.113.9", isLoopback: false)
    /// What a page of the console sends along.
    static let ownPage: HTTPFields = [.origin: "http://localhost"]
    static let password = "correct horse"

    let folder: TemporaryDirectory
    let clocks: ManualClocks
    let recorder: SampleRecorder
    let access: AccessControl
    let router: ConsoleRouter
    let notes: Notes

    final class Notes: Sendable {
        let list = Mutex<[ConsoleNote]>([])
    }

    convenience init(_ recorder: SampleRecorder = SampleRecorder()) {
        self.init(recorder, sample: recorder)
    }

    /// A console that is configured otherwise.
    convenience init(_ change: (inout ConsoleConfiguration) -> Void) {
        let recorder = SampleRecorder()
        self.init(recorder, sample: recorder, change: change)
    }

    /// A console of another recorder than the usual one.
    convenience init(_ recorder: TwoCameras) { self.init(recorder, sample: recorder.base) }

    private init(
        _ recorder: any Recorder, sample: SampleRecorder, after last: Bench? = nil,
        change: (inout ConsoleConfiguration) -> Void = { _ in }
    ) {
        folder = last?.folder ?? TemporaryDirectory()
        clocks = last?.clocks ?? ManualClocks()
        let notes = Notes()
        var configuration = ConsoleConfiguration(
            listen: nil, stateFolder: folder.file("console"), version: "1.2.3")
        change(&configuration)
        self.recorder = sample
        self.notes = notes
        access = AccessControl(
            configuration, clocks: clocks, note: { note in notes.list.withLock { $0.append(note) } }
        )
        router = ConsoleRouter(
            configuration, access: access, recorder: recorder, onSetup: {})
    }

    /// The same console after a restart of the recorder: only what is on the disk is known.
    func restarted() -> Bench { Bench(recorder, sample: recorder, after: self) }

    /// Sends one request and returns the answer.
    func send(
        _ method: HTTPRequest.Method, _ path: String, from peer: ConsoleContext.Peer = .owner,
        headers: HTTPFields = [:], json: String? = nil
    ) async throws -> TestResponse {
        var headers = headers
        if json != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        let fields = headers
        let application = Application(responder: FromPeer(peer: peer, base: router.responder))
        return try await application.test(.router) { client in
            try await client.execute(
                uri: path, method: method, headers: fields,
                body: json.map { ByteBuffer(string: $0) })
        }
    }

    /// Adds a person, as somebody at the machine does.
    func addUser(_ name: String, _ role: Role) async throws {
        let answer = try await send(
            .post, "/api/v1/users",
            json: #"{"name":"\#(name)","role":"\#(role.rawValue)","password":"\#(Self.password)"}"#)
        guard answer.status == .created else { throw Failure(text: answer.text) }
    }

    /// Logs somebody in and returns what their browser sends from then on.
    func logIn(
        _ name: String, password: String = Bench.password, from peer: ConsoleContext.Peer = here
    ) async throws -> HTTPFields {
        let answer = try await send(
            .post, "/api/v1/login", from: peer, headers: Self.ownPage,
            json: #"{"user":"\#(name)","password":"\#(password)"}"#)
        return try Self.cookie(answer)
    }

    /// What a browser sends after an answer with a cookie.
    static func cookie(_ answer: TestResponse) throws -> HTTPFields {
        guard let cookie = answer.headers[.setCookie]?.split(separator: ";").first else {
            throw Failure(text: "\(answer.status) \(answer.text)")
        }
        return [.cookie: String(cookie), .origin: "http://localhost"]
    }

    /// Makes a token and returns what a program sends from then on.
    ///
    /// - Parameter cameras: the only ones that it sees; nil for all.
    func token(_ role: Role, cameras: [String]? = nil) async throws -> HTTPFields {
        let limit = cameras.map { #","cameras":["\#($0.joined(separator: #"",""#))"]"# } ?? ""
        let answer = try await send(
            .post, "/api/v1/tokens", json: #"{"name":"test","role":"\#(role.rawValue)"\#(limit)}"#)
        let parts = answer.text.split(separator: "\"")
        guard let secret = parts.first(where: { $0.hasPrefix("cctv_") }) else {
            throw Failure(text: answer.text)
        }
        return [.authorization: "Bearer \(secret)"]
    }

    struct Failure: Error { var text: String }
}

extension TestResponse {
    /// The body as text.
    var text: String { String(buffer: body) }
}
