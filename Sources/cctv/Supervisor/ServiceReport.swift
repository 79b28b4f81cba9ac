import Platform

/// What the service manager hears of a running recorder; belongs to the supervisor's thread.
struct ServiceReport {
    private let manager: ServiceManager?
    private let log: Log
    private var watch = ThreadWatch()
    private var status = ""
    private var stuck: [String] = []

    init(_ manager: ServiceManager?, log: Log) {
        self.manager = manager
        self.log = log
    }

    /// Says that the recorder does what it was started for.
    func ready() { manager?.tell(.ready) }

    /// Says that the settings are read again; `ready` must follow.
    func reloading() { manager?.tell(.reloading) }

    /// Says that the recorder ends.
    func stopping() { manager?.tell(.stopping, .status("Every clip is finished")) }

    /// Says what is recorded, if that has changed, and that every thread goes on, if it does.
    ///
    /// - Parameter beats: see `ThreadWatch.stuck`.
    mutating func tick(status now: String, beats: [String: UInt64?], at time: MonotonicTime) {
        if now != status {
            status = now
            manager?.tell(.status(now))
        }
        let found = watch.stuck(beats, at: time)
        for name in found where !stuck.contains(name) {
            let end =
                manager?.wantsWatchdog == true ? "; the service manager starts it again" : ""
            log.write(
                .error, .programStuck, "The thread \(name) does not go on\(end)",
                ["thread": JSON(name)])
        }
        stuck = found
        if found.isEmpty, manager?.wantsWatchdog == true { manager?.tell(.watchdog) }
    }
}
