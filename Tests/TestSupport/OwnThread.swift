import Dispatch
public import Testing

/// Runs each test of a suite on a thread of its own.
///
/// For tests that wait for other threads, processes and cameras: asynchronous tests share one thread
/// per core, which those would hold.
public struct OwnThread: TestTrait, SuiteTrait, TestScoping {
    /// A suite's tests inherit it.
    public let isRecursive = true

    /// Runs one test, or one case of it, where blocking holds nobody up.
    @concurrent public func provideScope(
        for test: Test, testCase: Test.Case?,
        performing body: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let thread = SerialQueue(label: test.name)
        try await withTaskExecutorPreference(thread) { try await body() }
    }
}

extension Trait where Self == OwnThread {
    /// Runs each test of the suite on a thread of its own.
    public static var ownThread: Self { OwnThread() }
}

/// A queue as executor: it borrows a thread that is not of the Swift pool while it has work.
private final class SerialQueue: TaskExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
