internal import Platform

/// An RTSP server on the loopback interface that plays media files for ever, well or badly.
///
/// It is a camera for tests, benchmarks and demonstrations: its packets are cut once, and one
/// thread serves all mounts and all clients of a server. Each session plays its media from the
/// start, in loops, with RTP time that goes on from loop to loop.
public final class FakeCameraServer: Sendable {
    /// The TCP port on which it listens.
    public let port: UInt16
    private let sockets: Sockets
    private let stopping: Latch
    private let thread: NamedThread
    private let log = ServerLog()

    /// What the thread works on; open until server and thread are gone.
    private final class Sockets: Sendable {
        let listener: OwnedDescriptor
        let events: OwnedDescriptor
        init(port: UInt16) throws(SystemError) {
            listener = try LoopbackSocket.listen(port: port)
            events = try EventQueue.open()
        }
    }

    /// Starts a camera.
    ///
    /// - Throws: `FakeCameraError` if the port is taken or the media cannot be played; nothing then
    ///   runs.
    public init(configuration: Configuration) throws(FakeCameraError) {
        let configuration = try configuration.prepared()
        do {
            let sockets = try Sockets(port: configuration.port)
            let stopping = try Latch()
            let log = log
            thread = try NamedThread(name: "fake-camera") {
                var loop = ServerLoop(
                    configuration: configuration, events: sockets.events.number,
                    listener: sockets.listener.number, stop: stopping, log: log)
                loop.run()
            }
            self.sockets = sockets
            self.stopping = stopping
            port = LoopbackSocket.port(of: sockets.listener.number)
        } catch {
            throw .system(error)
        }
    }

    deinit { stop() }

    /// Returns the URL of a mount, `rtsp://127.0.0.1:PORT/PATH`, without credentials.
    public func url(_ path: String) -> String {
        "rtsp://127.0.0.1:\(port)\(ServerContext.path(path))"
    }

    /// Stops serving, closes every connection, and returns when the thread has ended.
    ///
    /// A second call does nothing.
    public func stop() {
        stopping.set()
        thread.join()
    }

    /// Every request so far, in the order of the answers.
    public var requests: [Request] { log.requests }

    /// How many clients are connected.
    public var clients: Int { log.clients }

    /// How many connections have been accepted.
    public var connections: Int { log.connections }

    /// Returns how many video frames each session of a mount was sent, in the order of their PLAY.
    ///
    /// A frame counts when its last byte was given to the system or waits for the client.
    public func sentFrames(_ path: String) -> [Int] { log.sentFrames(ServerContext.path(path)) }

    /// How many RTP packets were left out by a fault, or because UDP had no room for them.
    public var droppedPackets: Int { log.dropped }

    /// How many frames were left out because a client had not taken the 4 MiB before them.
    public var overflowedFrames: Int { log.overflows }
}

extension FakeCameraServer.Configuration {
    /// Returns the configuration with the media that its fault needs.
    func prepared() throws(FakeCameraError) -> Self {
        guard fault?.fault == .noInBandParameterSets else { return self }
        var prepared = self
        for (path, media) in mounts {
            prepared.mounts[path] = try media.withoutInBandParameterSets()
        }
        return prepared
    }
}
