import FoundationEssentials
import NIOCore

/// A recorder's events as server-sent events (HTML standard, 9.2).
enum EventStream {
    /// The levels of the log, the least important first.
    static let levels = ["DEBUG", "INFO", "WARNING", "ERROR"]
    /// How often a silent stream says that it is alive, so that no proxy ends it.
    private static let keepAlive = Duration.seconds(15)
    /// What a client that does not read may leave lying; then it misses the oldest.
    private static let greatestBacklog = 256

    /// Begins to listen to a recorder.
    ///
    /// - Parameter level: the least important level of the log's lines that are sent; nil sends none.
    static func open(
        _ recorder: any Recorder, level: String?
    ) -> (pieces: AsyncStream<ByteBuffer>, leave: @Sendable () -> Void) {
        let (pieces, pipe) = AsyncStream<ByteBuffer>.makeStream(
            bufferingPolicy: .bufferingNewest(greatestBacklog))
        let events = Task {
            for await event in recorder.events() {
                if let piece = piece(event, level: level) { pipe.yield(piece) }
            }
            pipe.finish()
        }
        let beat = Task {
            pipe.yield(ByteBuffer(string: "retry: 1000\n\n"))
            while true {
                try await Task.sleep(for: keepAlive)
                pipe.yield(ByteBuffer(string: ": still here\n\n"))
            }
        }
        return (
            pieces,
            {
                events.cancel()
                beat.cancel()
                pipe.finish()
            }
        )
    }

    private static func piece(_ event: RecorderEvent, level: String?) -> ByteBuffer? {
        switch event {
        case .status(let status): return piece("status", status)
        case .export(let export): return piece("export", export)
        case .log(let line):
            guard let level, let least = levels.firstIndex(of: level),
                (levels.firstIndex(of: line.level) ?? levels.count) >= least
            else { return nil }
            return piece("log", line)
        }
    }

    private static func piece(_ name: String, _ value: some Encodable) -> ByteBuffer? {
        // JSON has no line end in it unless one is asked for.
        guard let data = try? JSONEncoder.ofAPI.encode(value) else { return nil }
        var buffer = ByteBuffer(string: "event: \(name)\ndata: ")
        buffer.writeBytes(data)
        buffer.writeString("\n\n")
        return buffer
    }
}
