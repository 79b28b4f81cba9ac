internal import Platform

/// Decides what is worth telling: a value that is shown the situation again and again.
///
/// What is short is not told. A camera counts as lost when it was not recorded for `patience`, and
/// as back when it was recorded for `steadiness` without a break, so that one that comes and goes
/// makes two notices and not two hundred.
struct Watch: Sendable {
    /// For how long the good must hold before it is believed.
    static let steadiness = Duration.seconds(10)
    /// For how long a disk may fail before it is told; it is looked at every five seconds.
    static let diskPatience = Duration.seconds(10)

    /// For how long a camera may be away.
    var patience: Duration
    private var cameras: [String: Condition] = [:]
    private var disk = Condition()
    private var room = Condition()

    init(patience: Duration) { self.patience = patience }

    /// Something that is good or bad, and what was told of it.
    private struct Condition {
        private var isGood = true
        private var changed: Instant?
        private var badSince: Instant?
        private(set) var isTold = false

        /// Takes the next look; returns true for bad that lasted, false for good that lasted.
        mutating func see(
            isGood: Bool, patience: Duration, steadiness: Duration, now: Instant
        ) -> (isBad: Bool, since: WallTime)? {
            if isGood != self.isGood {
                self.isGood = isGood
                changed = now
                if !isGood, !isTold { badSince = now }
            }
            guard let changed, let badSince else { return nil }
            let lasted = now.monotonic - changed.monotonic
            if !isGood, !isTold, lasted >= patience {
                isTold = true
                return (true, badSince.wall)
            }
            if isGood, isTold, lasted >= steadiness {
                isTold = false
                return (false, badSince.wall)
            }
            return nil
        }
    }

    /// How many problems were told and have not ended.
    var problems: Int {
        cameras.values.count(where: \.isTold) + (disk.isTold ? 1 : 0) + (room.isTold ? 1 : 0)
    }

    /// Looks at the situation and says what is new in it.
    mutating func see(_ situation: Situation, now: Instant) -> [Notice] {
        var notices = seeDisk(situation, now: now)
        let wanted = situation.cameras.filter(\.isWanted)
        // What nobody wants any more is no problem, and nobody is told that it is well.
        cameras = cameras.filter { name, _ in wanted.contains { $0.name == name } }
        for camera in wanted {
            let change = cameras[camera.name, default: Condition()].see(
                isGood: camera.isRecorded, patience: patience, steadiness: Self.steadiness,
                now: now)
            guard let change else { continue }
            let why = camera.reason ?? situation.diskTrouble
            let text =
                change.isBad
                ? "\(camera.name) is not recorded" + (why.map { ": \($0)" } ?? "")
                : "\(camera.name) is recorded again"
            notices.append(
                notice(
                    change.isBad ? .cameraLost : .cameraBack, camera: camera.name,
                    since: change.since, text, now))
        }
        return notices
    }

    private mutating func seeDisk(_ situation: Situation, now: Instant) -> [Notice] {
        var notices: [Notice] = []
        let trouble = situation.diskTrouble
        if let change = disk.see(
            isGood: trouble == nil, patience: Self.diskPatience, steadiness: Self.steadiness,
            now: now)
        {
            let text =
                change.isBad
                ? "Nothing can be recorded: \(trouble ?? "")"
                : "The disk takes recordings again"
            notices.append(
                notice(change.isBad ? .diskLost : .diskBack, since: change.since, text, now))
        }
        guard let storage = situation.storage else { return notices }
        if let change = room.see(
            isGood: storage.free >= storage.reserved, patience: patience,
            steadiness: Self.steadiness, now: now)
        {
            let free = "\(storage.free >> 20) of \(storage.reserved >> 20) MiB"
            let text =
                change.isBad
                ? "The disk fills: \(free) that are to stay free are left; remove other files"
                : "Enough of the disk is free again"
            notices.append(
                notice(change.isBad ? .diskFilling : .diskRoom, since: change.since, text, now))
        }
        return notices
    }

    private func notice(
        _ event: Notice.Event, camera: String? = nil, since: WallTime, _ text: String,
        _ now: Instant
    ) -> Notice {
        let left = problems
        return Notice(
            event, at: now.wall, camera: camera, since: since, problems: left,
            text: left == 0 ? text + "; all is well" : text)
    }
}
