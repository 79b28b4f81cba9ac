internal import CLinux
import Glibc
import Synchronization

/// A thread of the operating system with a name, for work that blocks.
///
/// The Swift pool has one thread per core, so nothing that waits for a network or a disk may run
/// there. Whoever starts a thread joins it; one that is dropped while it runs ends the process,
/// because a leaked thread would go on using what its owner has given back.
public final class NamedThread: Sendable {
    /// The thread's name as `top -H` shows it; at most 15 bytes, the rest is cut.
    public let name: String
    private let state: Mutex<State>

    private struct State {
        var thread: pthread_t
        var joined = false
    }

    private final class Body {
        let name: String
        let run: @Sendable () -> Void
        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Starts a thread that runs `body` once.
    ///
    /// - Parameters:
    ///   - name: shown by system tools; cut to 15 bytes.
    ///   - stackSize: bytes of stack, at least 64 KiB. Untouched pages cost nothing.
    ///   - body: runs on the new thread.
    /// - Throws: `SystemError` if the system has no room for another thread; nothing then runs.
    public init(
        name: String, stackSize: Int = 1 << 20, body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        self.name = name
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, max(stackSize, 64 << 10))
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Body(name: name, run: body))
        let status = pthread_create(
            &thread, &attributes,
            { opaque in
                guard let opaque else { return nil }
                let body = Unmanaged<Body>.fromOpaque(opaque).takeRetainedValue()
                let name = String(decoding: body.name.utf8.prefix(15), as: UTF8.self)
                pthread_setname_np(pthread_self(), name)
                body.run()
                return nil
            }, context.toOpaque())
        guard status == 0 else {
            context.release()
            throw SystemError(call: "pthread_create", subject: name, code: status)
        }
        state = Mutex(State(thread: thread))
    }

    /// Waits until the thread's body has returned; a second call returns at once.
    public func join() {
        let thread = state.withLock { state -> pthread_t? in
            guard !state.joined else { return nil }
            state.joined = true
            return state.thread
        }
        if let thread { pthread_join(thread, nil) }
    }

    deinit {
        precondition(state.withLock { $0.joined }, "thread \(name) was dropped without join()")
    }
}
