import CLinux
import Glibc
import Platform
import TestSupport
import Testing

@testable import cctv

/// What a program says to the service manager that started it, on a real socket.
@Suite(.serialized, .ownThread, .timeLimit(.minutes(2)))
struct ServiceManagerTests {
    private let folder = TemporaryDirectory()

    /// The manager's end of the socket.
    private struct Listener: ~Copyable {
        let descriptor: OwnedDescriptor

        init(_ name: String) throws {
            let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            descriptor = OwnedDescriptor(adopting: number)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let bytes = name.utf8.map { $0 == UInt8(ascii: "@") ? 0 : $0 }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            let size = socklen_t(2 + bytes.count)
            let status = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, size) }
            }
            try #require(status == 0, "bind: \(errno)")
        }

        /// The lines of the next datagram; none if it does not come in time.
        func next(within limit: Duration = .seconds(10)) -> [String] {
            var wait = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
            poll(&wait, 1, Int32(limit.nanoseconds / 1_000_000))
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor.number, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return [] }
            return String(decoding: bytes[..<count], as: UTF8.self)
                .split(separator: "\n").map(String.init)
        }

        /// Reads on until a line begins with `start`; nil if none comes.
        func line(_ start: String, within limit: Duration = .seconds(10)) -> String? {
            while case let lines = next(within: limit), !lines.isEmpty {
                if let line = lines.first(where: { $0.hasPrefix(start) }) { return line }
            }
            return nil
        }
    }

    @Test func `messages arrive on a path and on a name outside the file system`() throws {
        for name in [folder.file("notify"), "@cctv-test-\(getpid())"] {
            let listener = try Listener(name)
            let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": name]))
            manager.tell(.ready, .status("recording\n1 of 1"))
            #expect(listener.next() == ["READY=1", "STATUS=recording 1 of 1"])
            manager.tell(.reloading)
            let lines = listener.next()
            #expect(lines.first == "RELOADING=1")
            #expect(lines.last?.hasPrefix("MONOTONIC_USEC=") == true)
            #expect(!manager.wantsWatchdog)
        }
    }

    @Test func `without a manager, or with one that is gone, nothing happens`() {
        #expect(ServiceManager(environment: [:]) == nil)
        #expect(ServiceManager(environment: ["NOTIFY_SOCKET": "vsock:2:1"]) == nil)
        ServiceManager(environment: ["NOTIFY_SOCKET": folder.file("nobody")])?.tell(.ready)
        let long = "/" + String(repeating: "x", count: 200)
        ServiceManager(environment: ["NOTIFY_SOCKET": long])?.tell(.ready)
    }

    @Test(arguments: [
        (["WATCHDOG_USEC": "30000000"], true),
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"], true),
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], false),
        (["WATCHDOG_USEC": "0"], false), (["WATCHDOG_USEC": "x"], false), ([:], false),
    ])
    func `the watchdog is fed if it is set, and set for this process`(
        _ environment: [String: String], _ wants: Bool
    ) throws {
        let all = environment.merging(["NOTIFY_SOCKET": "/x"]) { $1 }
        let manager = try #require(ServiceManager(environment: all, process: 7))
        #expect(manager.wantsWatchdog == wants)
    }

    @Test func `a recorder tells its start, its state, a reload and its end`() throws {
        let listener = try Listener(folder.file("notify"))
        let program = try Program(
            ["demo", "--output-folder", "clips"], in: folder.path,
            environment: [
                "NOTIFY_SOCKET": folder.file("notify"), "WATCHDOG_USEC": "30000000",
                "CCTV_WEB": "false",
            ])
        #expect(listener.line("READY=1") != nil)
        #expect(listener.line("STATUS=recording 1 of 1 camera") != nil)
        #expect(listener.line("WATCHDOG=1") != nil)
        program.send(SIGHUP)
        #expect(listener.line("RELOADING=1") != nil)
        #expect(listener.line("READY=1") != nil)

        program.send(SIGSTOP)
        while listener.next(within: .seconds(2)) != [] {}
        #expect(listener.next(within: .seconds(3)) == [], "a frozen program feeds no watchdog")
        program.send(SIGCONT)
        #expect(listener.line("WATCHDOG=1") != nil)

        program.send(SIGTERM)
        #expect(listener.line("STOPPING=1") != nil)
        #expect(program.wait().status == 0)
    }

    @Test func `a recorder whose folder is adopted begins anew, and does not say that it ends`()
        throws
    {
        let environment = [
            "XDG_STATE_HOME": folder.file("state"), "NOTIFY_SOCKET": folder.file("notify"),
            "CCTV_WEB": "false",
        ]
        KnownVolumes(environment: environment).store(
            "00000000-0000-0000-0000-000000000000", in: folder.file("clips"))
        let listener = try Listener(folder.file("notify"))
        let program = try Program(
            ["--rtsp-url", "rtsp://127.0.0.1:1/", "--output-folder", folder.file("clips")],
            in: folder.path, environment: environment)
        #expect(listener.line("READY=1") != nil)
        let adopted = try Program.run(
            ["volume", "adopt", folder.file("clips")], in: folder.path, environment: environment)
        #expect(adopted.status == 0)
        var heard: [String] = []
        while heard.last != "READY=1", case let lines = listener.next(), !lines.isEmpty {
            heard += lines.filter { $0.hasSuffix("=1") }
        }
        #expect(heard.starts(with: ["RELOADING=1", "READY=1"]), "\(heard)")
        program.send(SIGTERM)
        #expect(program.wait().status == 0)
    }
}
