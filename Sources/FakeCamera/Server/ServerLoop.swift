internal import Platform

/// The one thread of a server: accepts, reads, and sends what is due.
struct ServerLoop: ~Copyable {
    private var events: EventQueue
    private let listener: Int32
    private let stop: Latch
    private let context: ServerContext
    private var connections: [Int: Connection] = [:]
    private var accepted = 0

    private static let listenerTag = 0
    private static let stopTag = -1

    /// - Parameters:
    ///   - events: the descriptor of an event queue, which outlives the loop.
    ///   - listener: a listening socket that outlives the loop.
    init(
        configuration: FakeCameraServer.Configuration, events queue: Int32, listener: Int32,
        stop: Latch, log: ServerLog
    ) {
        events = EventQueue(queue)
        self.listener = listener
        self.stop = stop
        context = ServerContext(configuration: configuration, log: log)
        events.watch(listener, tag: Self.listenerTag)
        events.watch(stop.descriptor, tag: Self.stopTag)
    }

    /// Serves until it is told to stop; every connection is then closed.
    mutating func run() {
        while !stop.isSet {
            let next = connections.values.compactMap(\.due).min()
            let wait = next.map { $0 - context.clocks.monotonic }
            for event in events.wait(timeout: wait) { handle(event) }
            sendDue()
        }
        for number in connections.keys { close(number) }
    }

    private mutating func handle(_ event: (tag: Int, canRead: Bool, canWrite: Bool)) {
        if event.tag == Self.listenerTag { return accept() }
        guard let connection = connections[event.tag] else { return }
        if event.canWrite { connection.flush(now: context.clocks.monotonic) }
        if event.canRead { connection.receive() }
        settle(connection)
    }

    private mutating func accept() {
        while let socket = LoopbackSocket.accept(listener) {
            accepted += 1
            context.log.countConnection()
            let connection = Connection(number: accepted, socket: socket, context: context)
            events.watch(connection.socket.number, tag: accepted)
            connections[accepted] = connection
        }
    }

    private mutating func sendDue() {
        let now = context.clocks.monotonic
        for connection in connections.values where connection.due.map({ $0 <= now }) ?? false {
            connection.advance(now: now)
            settle(connection)
        }
    }

    /// Closes a connection that has come to its end; else waits for what it waits for.
    private mutating func settle(_ connection: Connection) {
        if connection.isClosing { return close(connection.number) }
        if connection.wantsToWrite != connection.isWatchedForWriting {
            connection.isWatchedForWriting = connection.wantsToWrite
            events.watchWriting(
                connection.socket.number, tag: connection.number, connection.wantsToWrite)
        }
    }

    private mutating func close(_ number: Int) {
        guard let connection = connections.removeValue(forKey: number) else { return }
        connection.endSession()
        context.log.countDisconnection()
    }
}
