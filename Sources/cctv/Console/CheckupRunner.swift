import AVRemux
import Console
import Platform
import RTSP
import Synchronization

/// Looks at cameras for a person at the console: one look at a time, one camera after the other, on a
/// thread of its own.
///
/// A look ends when nobody has asked for it for a while: it costs cameras sessions, which are few.
final class CheckupRunner: Sendable {
    /// What is to be looked at.
    struct Plan: Sendable {
        let checkups: [CameraCheckup]
        /// For how many seconds each camera is looked at.
        let seconds: Int
        /// Looks at the machine once the cameras were looked at.
        let machine: @Sendable ([DoctorReport.Visit]) -> [Finding]
    }

    private struct Run {
        let plan: Plan
        let cancellation: Cancellation
        let started: WallTime
        var state = CheckupRecord.State.running
        var finished: WallTime?
        var visits: [DoctorReport.Visit] = []
        var machine: [Finding] = []
        /// When the present camera's turn began, and what of it is looked at.
        var turn: (began: MonotonicTime, step: CameraCheckup.Step)
        /// When somebody last asked how it goes.
        var asked: MonotonicTime

        var cameras: Set<String> { Set(plan.checkups.map(\.settings.name)) }
    }

    /// A page asks every second; one that is reloaded or away for a moment loses nothing.
    static let patience = Duration.seconds(20)

    private let thread: WorkThread<Void>
    private let clocks: any Clocks
    private let run = Mutex<Run?>(nil)

    /// Starts the thread.
    ///
    /// - Throws: `SystemError` if the system has no room for it.
    init(clocks: any Clocks) throws(SystemError) {
        self.clocks = clocks
        thread = try WorkThread(name: "console-doctor") {}
    }

    /// Begins a look.
    ///
    /// - Throws: `conflict` while another one runs; it goes on.
    func begin(_ plan: Plan) throws(RecorderFailure) -> CheckupRecord {
        let cancellation: Cancellation
        do throws(SystemError) { cancellation = try Cancellation() } catch {
            throw RecorderFailure(.failed, code: "doctor.system", "\(error)")
        }
        let now = clocks.monotonic
        let begun = Run(
            plan: plan, cancellation: cancellation, started: clocks.wall, turn: (now, .stream),
            asked: now)
        let isFree = run.withLock { run in
            guard run?.state != .running else { return false }
            run = begun
            return true
        }
        guard isFree else {
            throw RecorderFailure(
                .conflict, code: "doctor.running",
                "The doctor looks at cameras already; wait for the end or end it.")
        }
        thread.tell { [self] _ in work(plan, cancellation) }
        return record(of: begun)
    }

    /// The last look; whoever asks and sees one of its cameras keeps it going.
    ///
    /// - Parameter cameras: those that whoever asks sees; nil for all.
    func record(for cameras: Set<String>? = nil) -> CheckupRecord? {
        let now = clocks.monotonic
        let run = run.withLock { run -> Run? in
            if let run, cameras?.isDisjoint(with: run.cameras) ?? false { return run }
            run?.asked = now
            return run
        }
        return run.map(record)
    }

    /// The last look, if it is finished.
    var report: DoctorReport? {
        run.withLock { $0 }.flatMap { run in
            run.state == .finished
                ? DoctorReport(visits: run.visits, machine: run.machine) : nil
        }
    }

    /// Ends the look that runs, soon, if all its cameras are among those given; nil are all.
    func end(among cameras: Set<String>? = nil) {
        let ended = run.withLock { run in
            run.flatMap { cameras?.isSuperset(of: $0.cameras) ?? true ? $0.cancellation : nil }
        }
        ended?.cancel()
    }

    /// Ends a look that nobody has asked for; called often, on any thread.
    func endIfNobodyAsks() {
        let now = clocks.monotonic
        let unwatched = run.withLock { run in
            run.flatMap { run in
                run.state == .running && now - run.asked > Self.patience ? run.cancellation : nil
            }
        }
        unwatched?.cancel()
    }

    /// Ends what is under way, and the thread.
    func stop() {
        end()
        thread.stop()
    }

    private func work(_ plan: Plan, _ cancellation: Cancellation) {
        var visits: [DoctorReport.Visit] = []
        for var checkup in plan.checkups {
            let began = clocks.monotonic
            checkup.onStep = { [self] step in run.withLock { $0?.turn = (began, step) } }
            let outcome = checkup.run(cancellation)
            guard !cancellation.isCancelled else { break }
            let settings = checkup.settings
            visits.append(
                DoctorReport.Visit(
                    camera: settings.name, url: settings.url.description, outcome: outcome))
            run.withLock { [visits] in $0?.visits = visits }
        }
        let machine = cancellation.isCancelled ? [] : plan.machine(visits)
        let now = clocks.wall
        run.withLock { run in
            run?.machine = machine
            run?.finished = now
            run?.state = cancellation.isCancelled ? .ended : .finished
        }
    }

    private func record(of run: Run) -> CheckupRecord {
        CheckupRecord(
            state: run.state, started: Timestamp(run.started),
            finished: run.finished.map(Timestamp.init), seconds: run.plan.seconds,
            progress: progress(of: run),
            cameras: run.plan.checkups.enumerated().map { index, checkup in
                guard index < run.visits.count else {
                    let isNow = run.state == .running && index == run.visits.count
                    return CheckupRecord.Visit(
                        camera: checkup.settings.name, state: isNow ? .running : .waiting,
                        step: isNow ? .init(rawValue: run.turn.step.rawValue) : nil)
                }
                return CheckupRecord.Visit(run.visits[index])
            }, machine: run.machine.map(CheckupRecord.Finding.init))
    }

    private func progress(of run: Run) -> Double {
        guard run.state == .running, run.visits.count < run.plan.checkups.count else { return 1 }
        let durations = run.plan.checkups.map(\.expectedDuration.seconds)
        let present = durations[run.visits.count]
        let done = durations[..<run.visits.count].reduce(0, +)
        let part = min(present, (clocks.monotonic - run.turn.began).seconds)
        return (done + part) / durations.reduce(0, +)
    }
}

extension CheckupRecord.Visit {
    /// A camera that was looked at.
    init(_ visit: DoctorReport.Visit) {
        let isSeen = if case .success = visit.outcome { true } else { false }
        self.init(
            camera: visit.camera, state: isSeen ? .finished : .failed,
            findings: visit.findings.map(CheckupRecord.Finding.init))
    }
}

extension CheckupRecord.Finding {
    /// A finding in the console's words.
    init(_ finding: Finding) {
        self.init(
            level: Level(rawValue: finding.level.rawValue) ?? .note, code: finding.code,
            text: Redaction.redacted(finding.text),
            advice: finding.advice.isEmpty ? nil : finding.advice)
    }
}
