import Glibc
public import Platform
import Synchronization

/// Finds the addresses of hosts without ever blocking longer than it is told to.
///
/// `getaddrinfo` cannot be interrupted, so each lookup has a thread of its own, shared by all who
/// ask for the same host, and nobody waits for it beyond a deadline. The last addresses of a host
/// are kept: a camera goes on being recorded while the name server is away.
final class HostResolver: Sendable {
    /// The process's resolver: threads that are still stuck have an owner in it.
    static let shared = HostResolver()

    private let state = Mutex(State())

    private struct State {
        var known: [String: [SocketAddress]] = [:]
        var running: [String: Lookup] = [:]
        var threads: [(thread: NamedThread, lookup: Lookup)] = []
    }

    private final class Lookup: Sendable {
        let done: Latch
        let addresses = Mutex<[SocketAddress]>([])
        init() throws(SystemError) { done = try Latch() }
    }

    /// Returns the host's addresses with `port`, never none.
    ///
    /// - Throws: `unresolved`, `timedOut(phase: .resolve)`, `cancelled`, `system`.
    func addresses(
        of host: String, port: UInt16, deadline: MonotonicTime, waiting: Waiting
    ) throws(RTSPError) -> [SocketAddress] {
        var found = SocketAddress.resolve(host: host, isNumeric: true)
        if found.isEmpty {
            found = try lookUp(host, deadline: deadline, waiting: waiting)
        }
        for index in found.indices { found[index].port = port }
        return found
    }

    private func lookUp(
        _ host: String, deadline: MonotonicTime, waiting: Waiting
    ) throws(RTSPError) -> [SocketAddress] {
        let lookup: Lookup
        do { lookup = try start(host) } catch { throw .system(error) }
        let isDone = try waiting.wait(for: POLLIN, on: lookup.done.descriptor, until: deadline)
        let found = lookup.addresses.withLock { $0 }
        let known = state.withLock { state in
            if isDone, !found.isEmpty { state.known[host] = found }
            return state.known[host] ?? []
        }
        guard known.isEmpty else { return known }
        throw isDone ? .unresolved(host: host) : .timedOut(phase: .resolve)
    }

    /// Returns the lookup of a host that is under way, or starts one.
    private func start(_ host: String) throws(SystemError) -> Lookup {
        reapThreads()
        return try state.withLock { state throws(SystemError) -> Lookup in
            if let running = state.running[host], !running.done.isSet { return running }
            let lookup = try Lookup()
            let thread = try NamedThread(name: "resolve", stackSize: 256 << 10) {
                let found = SocketAddress.resolve(host: host, isNumeric: false)
                lookup.addresses.withLock { $0 = found }
                lookup.done.set()
            }
            state.running[host] = lookup
            state.threads.append((thread, lookup))
            return lookup
        }
    }

    /// Joins the threads that have done their work.
    private func reapThreads() {
        let finished = state.withLock { state in
            let finished = state.threads.filter { $0.lookup.done.isSet }
            state.threads.removeAll { $0.lookup.done.isSet }
            return finished
        }
        for entry in finished { entry.thread.join() }
    }
}

extension CameraURL {
    /// Returns the host's addresses in digits, the system's favourite first, never none.
    ///
    /// For libraries that look names up themselves and cannot be interrupted in it. Blocks the
    /// calling thread until `deadline` at most; a host that was found before is found again while
    /// the name server is away.
    ///
    /// - Throws: `unresolved`, `timedOut(phase: .resolve)`, `cancelled`, `system`.
    public func numericHosts(
        deadline: MonotonicTime, clocks: any Clocks, cancellation: Cancellation
    ) throws(RTSPError) -> [String] {
        try HostResolver.shared.addresses(
            of: host, port: port, deadline: deadline,
            waiting: Waiting(clocks: clocks, cancellation: cancellation)
        ).map(\.digits)
    }
}
