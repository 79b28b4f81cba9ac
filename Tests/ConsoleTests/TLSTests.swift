import Glibc
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOSSL
import Synchronization
import TestSupport
import Testing

@testable import Console

@Suite(.timeLimit(.minutes(1))) struct TLSTests {
    @Test func `a certificate of its own is made once, kept for its owner and spoken with`()
        async throws
    {
        let console = try RunningConsole(tls: .selfSigned)
        let started = Mutex<(start: ConsoleServer.Start?, port: Int)?>(nil)
        let holder = Holder(started)
        try await onThread {
            let start = try console.server.start()
            holder.value.withLock { $0 = (start, console.server.port ?? 0) }
        }
        let (start, port) = try #require(holder.value.withLock { $0 })
        let fingerprint = try #require(start?.fingerprint)
        #expect(fingerprint.split(separator: ":").count == 32)
        #expect(start?.url.hasPrefix("https://") == true)
        var client = TLSConfiguration.makeClientConfiguration()
        // That it speaks is the question here, and nobody vouches for it.
        client.certificateVerification = .none
        let answer = try await TestClient.withClient(
            host: "localhost", port: port, configuration: .init(tlsConfiguration: client)
        ) { try await $0.execute(.init("/healthz", method: .get, authority: "localhost")) }
        #expect(answer.status == .ok)
        try await onThread { console.server.stop() }

        let again = try ServerTLS.load(
            .selfSigned, folder: console.folder.file("console"), names: [],
            now: Timestamp.sample.wall)
        #expect(again?.fingerprint == fingerprint)
        #expect(console.folder.size(of: "console/certificate-key.pem") > 0)
    }

    @Test func `a certificate that is missing is named`() throws {
        let error = #expect(throws: ConsoleError.self) {
            try ServerTLS.load(
                .files(certificate: "/nowhere/c.pem", key: "/nowhere/k.pem"), folder: "",
                names: [], now: Timestamp.sample.wall)
        }
        #expect(error?.description.contains("TLS_CERTIFICATE: /nowhere/c.pem") == true)
    }

    @Test func `a key that every user can read is not used`() throws {
        let folder = TemporaryDirectory()
        _ = try ServerTLS.load(
            .selfSigned, folder: folder.path, names: ["localhost"], now: Timestamp.sample.wall)
        let files = ConsoleConfiguration.TLSMode.files(
            certificate: folder.file("certificate.pem"), key: folder.file("certificate-key.pem"))
        for (mode, isRight) in [(mode_t(0o604), false), (0o640, true), (0o600, true)] {
            chmod(folder.file("certificate-key.pem"), mode)
            let load = {
                try ServerTLS.load(files, folder: "", names: [], now: Timestamp.sample.wall)
            }
            if isRight {
                _ = try load()
            } else {
                let error = #expect(throws: ConsoleError.self) { try load() }
                #expect(error?.description.contains("TLS_KEY: All users") == true)
            }
        }
    }

    private final class Holder: Sendable {
        let value: Mutex<(start: ConsoleServer.Start?, port: Int)?>
        init(_ value: consuming Mutex<(start: ConsoleServer.Start?, port: Int)?>) {
            self.value = value
        }
    }
}
