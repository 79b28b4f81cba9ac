import ArgumentParser
import FakeCamera
import Glibc
import Platform
import RTSP

/// Plays files as cameras from a command line, for benchmarks and for trying faults by hand.
@main struct FakeCameraCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fake-camera",
        abstract: "Plays media files for ever as RTSP cameras on 127.0.0.1.",
        discussion: "Faults:\n"
            + Fault.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

    @Argument(help: "The media file.")
    var file: String

    @Option(help: "The TCP port; 0 takes a free one.")
    var port: UInt16 = 0

    @Option(help: "How many cameras, at /1, /2 and so on.")
    var count = 1

    @Option(help: "How fast time passes.")
    var speed = 1.0

    @Option(help: "Spread of sending times in milliseconds.")
    var jitter = 0

    @Flag(help: "Start in the middle of a GOP.")
    var midGOP = false

    @Option(help: "Ask for this password, of the user admin.")
    var password: String?

    @Option(help: "What goes wrong.", transform: Self.fault)
    var fault: Fault?

    @Option(help: "The video frames before the fault.")
    var after = 50

    @Option(help: "How long the fault lasts, in seconds.")
    var seconds: Double?

    @Option(help: "Hit only the first connections, this many.")
    var connections: Int?

    @Option(help: "Hit one packet or frame in so many.")
    var every = 100

    @Option(help: "The media after a reboot or a change of parameter sets.")
    var alternate: String?

    @Option(help: "Where a redirect leads to.")
    var location: String?

    private static func fault(_ name: String) throws -> Fault {
        guard let fault = Fault(rawValue: name) else {
            throw ValidationError("there is no fault \(name); --help lists them")
        }
        return fault
    }

    func run() throws {
        // Blocked before the camera's thread begins, which inherits it: sigwait below takes them.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let media = try Media(path: file)
        var configuration = FakeCameraServer.Configuration(
            mounts: Dictionary(uniqueKeysWithValues: (1...max(1, count)).map { ("/\($0)", media) }))
        configuration.port = port
        configuration.speed = speed
        configuration.jitter = .milliseconds(jitter)
        configuration.start = midGOP ? .midGOP : .keyFrame
        configuration.credentials = password.map {
            Credentials(username: "admin", password: Secret($0))
        }
        if let fault {
            configuration.fault = FaultPlan(
                fault, afterFrames: after, duration: seconds.map { .seconds($0) },
                connections: connections, every: every, location: location,
                alternate: try alternate.map { try Media(path: $0) })
        }
        let server = try FakeCameraServer(configuration: configuration)
        for number in 1...max(1, count) { print(server.url("/\(number)")) }
        fflush(nil)
        var number: Int32 = 0
        sigwait(&signals, &number)
        server.stop()
    }
}
