import Console
import Glibc
import Platform

/// Serves the console as long as the recorder runs; belongs to the supervisor's thread.
///
/// What does not work, such as a port in use, is tried again and costs no picture.
struct ConsoleService: ~Copyable {
    /// How long until a port or a socket that could not be opened is tried again.
    private static let retryAfter = Duration.seconds(5)

    private let server: ConsoleServer
    private let log: Log
    private let clocks: any Clocks
    private let socketPath: String
    private let waitingPlace: WaitingPlace
    private let onListening: (@Sendable (String) -> Void)?
    private var isListening = false
    private var isSocketOpen = false
    /// Whether the socket belongs into the waiting place, not onto the volume.
    private var isWaiting = false
    private var retryAt: MonotonicTime

    init(
        settings: Settings, desk: RecorderDesk, waitingPlace: WaitingPlace, log: Log,
        clocks: any Clocks,
        onListening: (@Sendable (String) -> Void)? = nil
    ) {
        self.onListening = onListening
        var configuration = ConsoleConfiguration(
            listen: settings.listen.map {
                ConsoleConfiguration.Address(
                    host: $0.host.isEmpty ? "0.0.0.0" : $0.host, port: Int($0.port))
            },
            stateFolder: StateFolder.console(
                environment: ProcessSetup.environment, outputFolder: settings.outputFolder),
            version: Version.program)
        configuration.live = desk.pictures.live
        configuration.tls = settings.connections.tls
        configuration.isStrict = settings.connections.isStrict
        configuration.trustedProxies = settings.connections.trustedProxies
        configuration.hostNames = settings.connections.hostNames
        server = ConsoleServer(configuration, recorder: desk) { note in
            let event = EventName(rawValue: note.event.rawValue) ?? .consoleFailed
            log.write(note.isWarning ? .warning : .info, event, note.message)
        }
        socketPath = ControlSocket.path(in: settings.outputFolder)
        self.waitingPlace = waitingPlace
        self.log = log
        self.clocks = clocks
        retryAt = clocks.monotonic
    }

    /// Opens the Unix socket: on the volume, or in the waiting place while its disk is away.
    mutating func beginSocket(isVolumeAway: Bool) {
        isWaiting = isVolumeAway
        do {
            guard isVolumeAway else { return try openSocket(socketPath) }
            try waitingPlace.take()
            if let path = waitingPlace.socket { try openSocket(path) }
        } catch { fail("cctv status, start, stop and reload do not work: \(error)") }
    }

    private mutating func openSocket(_ path: String) throws(ConsoleError) {
        try server.openSocket(path)
        isSocketOpen = true
    }

    /// Opens the network's port, if one is wanted.
    mutating func begin() {
        do throws(ConsoleError) {
            let start = try server.start()
            isListening = true
            if let start { tell(start) }
        } catch { return fail("\(error)") }
    }

    /// Opens what could not be opened, and moves the socket when the volume's disk goes or comes.
    mutating func tick(isVolumeAway: Bool) {
        if isVolumeAway != isWaiting {
            server.closeSocket()
            isSocketOpen = false
            beginSocket(isVolumeAway: isVolumeAway)
        }
        guard clocks.monotonic >= retryAt else { return }
        if !isSocketOpen { beginSocket(isVolumeAway: isVolumeAway) }
        if !isListening { begin() }
    }

    /// Ends every connection, removes the socket and leaves the waiting place.
    mutating func end() {
        server.stop()
        waitingPlace.leave()
    }

    private func tell(_ start: ConsoleServer.Start) {
        let fingerprint = start.fingerprint.map { "; its certificate's SHA-256 is \($0)" } ?? ""
        log.write(
            .info, .consoleListening, "The console is at \(start.url)\(fingerprint)",
            ["address": JSON(start.url)])
        for remark in start.remarks { log.write(.warning, .consoleSetup, remark) }
        if let link = start.setupLink {
            log.write(.info, .consoleSetup, "Nobody has set the console's password yet")
            // Not in the log, which others may read: whoever has the link is the first administrator.
            let text = "set the console's password on this machine within 15 minutes:\n  \(link)\n"
            try? WholeFile.write(Array(text.utf8), to: STDERR_FILENO, path: "stderr")
        }
        onListening?(start.setupLink ?? start.url)
    }

    private mutating func fail(_ text: String) {
        retryAt = clocks.monotonic + Self.retryAfter
        log.write(.warning, .consoleFailed, "\(text); recording goes on, and it is tried again")
    }
}

extension ListenAddress {
    /// The console's address for a browser on this machine.
    func consoleURL(_ connections: ConnectionSettings) -> String {
        let isAnywhere = ["", "0.0.0.0", "::"].contains(host)
        let name = isAnywhere ? "127.0.0.1" : host.contains(":") ? "[\(host)]" : host
        return "\(connections.tls == .off ? "http" : "https")://\(name):\(port)/"
    }
}
