import AVRemux
import Glibc
import ISOBMFF
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// A recorder with its cameras, its disk and its clocks, all simulated and all from one seed.
///
/// The archive's engines, the gap ledger, and the values that decide about sessions and clips are the
/// real ones; what they meet is chance. The same seed is the same life, call by call.
final class Simulation {
    static let step = Duration.seconds(60)
    static let limit: Int64 = 3 << 20
    static let stepsPerPruning = 6 * 60
    static let foreignPath = "2020-01-01/2020-01-01_00-00-00.mp4"
    static let foreign = Array("a person's own film".utf8)

    let seed: UInt64
    private(set) var disk: SimulatedDisk
    private(set) var problems: [String] = []
    private(set) var steps = 0
    var counts = Counts()
    let clocks = ManualClocks()

    /// What has happened, so that a life without events is noticed.
    struct Counts {
        var steps = 0
        var pictures = 0
        var clips = 0
        var deletions = 0
        var sessions = 0
        var kills = 0
        var powerCuts = 0
        var diskTroubles = 0
        var clockSteps = 0
        var cameraTroubles = 0
        var recovered = 0
    }

    /// Of the present process: whether the disk failed, whether the clock stepped, when it began or the
    /// clock last stepped.
    var hadDiskTrouble = false
    var hadClockStep = false
    var processStart: WallTime
    /// The hours of the wall clock that earlier processes have lived.
    var hours: [Range<WallTime>] = []

    /// Whether somebody vouches for the wall clock.
    private(set) var isClockTrusted = true
    var random: SeededGenerator
    var weather = SimulatedWeather()
    var cameras: [SimulatedCamera] = []
    var clips: [Int: SimulatedCamera.Clip] = [:]
    private(set) var rig: Rig
    var book: LedgerBook
    var records = SimulatedRecords()
    var eventsSeen = 0
    let uuid: String
    let rotation = Rotation(interval: .seconds(600), isAligned: true)
    let muxerBytes: [UInt8]
    let tracks: [TrackDescription]
    private let peak = Peak()

    init(seed: UInt64, cameras count: Int = 4) throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        disk = SimulatedDisk()
        muxerBytes = try Fixture.bytes("boxes/h264-aac.init")
        let header = ClipHeader(
            cameraName: "", startUTC: 0, startMonotonic: 0,
            bootID: [UInt8](repeating: 0, count: 16), sequence: 1)
        tracks = try InitSegment(muxerBytes: muxerBytes, header: header).tracks
        let root = try disk.openDirectory(DiskImage.folder)
        try disk.mkdirat(root, "2020-01-01")
        let film = try disk.openat(root, Self.foreignPath, O_WRONLY | O_CREAT, 0o644)
        try disk.writeAll(film, Self.foreign, at: 0)
        try disk.fdatasync(film)
        for place in ["2020-01-01", "."] { try disk.fsync(try disk.openat(root, place, 0, 0)) }
        rig = Rig(disk: disk, settings: Self.settings, clocks: clocks)
        uuid = try #require(rig.engine?.room?.volume.identity.uuid)
        processStart = clocks.wall
        book = LedgerBook(GapHistory([LedgerEntry]()), heartbeat: nil, now: Instant(clocks))
        cameras = (0..<count).map {
            SimulatedCamera(
                name: "camera-\($0)", seed: seed &+ UInt64($0), now: clocks.monotonic)
        }
        start()
    }

    /// Clips of `camera-2` that began longer ago are deleted.
    static let age = Duration.seconds(3600)
    private static let settings = ArchiveSettings(
        limits: RetentionLimits(
            maximumBytes: limit,
            cameras: [
                "camera-1": CameraLimits(maximumBytes: limit / 8),
                "camera-2": CameraLimits(maximumAge: age),
            ]),
        sweepInterval: .seconds(300), reserveStep: 1 << 16)

    /// Lives for so many hours of the simulated day; ends at the first problem.
    func run(hours: Int) throws {
        for _ in 0..<(hours * 60) where problems.isEmpty { try live() }
        guard problems.isEmpty else { return }
        stop()
        // A disk that fails at the end leaves a clip to the next start.
        try restart(after: .stop)
    }

    func fail(_ what: String) {
        problems.append("seed \(seed), step \(steps), \(clocks.wall.utcText): \(what)")
    }

    private func live() throws {
        steps += 1
        counts.steps = steps
        clocks.advance(by: Self.step)
        switch weather.next(step: steps, using: &random) {
        case .nothing: break
        case .disk(let mood): change(mood)
        case .clockStep(let duration, let isTrusted):
            counts.clockSteps += 1
            hadClockStep = true
            // Hours that the clock repeats have two accounts, of which the ledger tells one.
            hours.append(processStart..<max(processStart, clocks.wall))
            isClockTrusted = isTrusted
            rig.vouch(isTrusted)
            clocks.step(by: duration)
            processStart = clocks.wall
        case .kill:
            counts.kills += 1
            try restart(after: .kill)
        case .powerCut:
            counts.powerCuts += 1
            cutPower()
        case .stopAndStart:
            for index in cameras.indices { endSession(index, .stopped) }
            stop()
            try restart(after: .stop)
        }
        for index in cameras.indices { live(index) }
        rig.engine?.tick()
        rig.settle()
        hear()
        writeLedger()
        check()
        // By now the disk has been asked to make all of it safe, an interval and more ago.
        if !disk.isOff, !hadDiskTrouble { records.makeSafe() }
        if disk.isOff { try restart(after: .powerCut) }
    }

    private func check() {
        let above = peak.above
        if above > 0 { fail("the folder is \(above) bytes above its limit") }
        if let room = rig.engine?.room, weather.disk == .good, !room.isIncomplete,
            room.ledger.bytes < 0 || room.open.bytes < 0
        {
            fail("the accounts are below zero")
        }
    }

    // MARK: The machine

    /// Ends the archive and the ledger in an orderly way.
    private func stop() {
        rig.stop()
        hear()
        writeLedger(isLast: true)
    }

    private func start() {
        // A person's film counts for nobody.
        disk.watchUse { [peak] used in peak.note(used - Int(Self.limit) - 4096) }
        book.enable(cameras.map(\.name), now: Instant(clocks))
        eventsSeen = 0
    }

    /// Ends this process in some way and begins the next.
    private func restart(after end: SimulatedRecords.End) throws {
        for index in cameras.indices { cameras[index].abandon(now: clocks.monotonic) }
        clips = [:]
        mount()
        let image = disk.state.withLock { image in
            switch end {
            case .kill, .stop: image.afterKill()
            case .powerCut: image.afterPowerCut(using: &random)
            }
        }
        // Before anything mends it, as a person finds it who takes the disk out.
        for path in try Rig.falseFinals(in: image) { fail("after \(end): \(path) is not whole") }
        disk = SimulatedDisk(image)
        disk.state.withLock { $0.capacity = 1 << 40 }
        weather.clear()
        rig = Rig(disk: disk, settings: Self.settings, clocks: clocks, expecting: uuid)
        rig.vouch(isClockTrusted)
        let ledger = file()
        try ledger.prune(now: clocks.wall)
        book = LedgerBook(
            GapHistory(try ledger.read().entries), heartbeat: try ledger.heartbeat(),
            now: Instant(clocks))
        eventsSeen = 0
        rig.tick(.zero, clockTrusted: isClockTrusted)
        start()
        hear()
        counts.recovered += rig.recovered.count
        let isPartlySafe = hadDiskTrouble || end == .powerCut
        try look(after: end, safe: isPartlySafe ? image.safeSizes : [:])
    }

    private func cutPower() {
        // At a call in the middle of some step's work.
        let left = Int.random(in: 1...400, using: &random)
        let number = disk.callCount + left
        disk.setFaults { $0.number == number ? .powerCut : nil }
    }

    private func change(_ mood: SimulatedWeather.Disk) {
        if mood != .good { counts.diskTroubles += 1 }
        hadDiskTrouble = true
        let faults = Mutex(SeededGenerator(seed: random.next()))
        disk.setFaults { call in faults.withLock { SimulatedWeather.fault(mood, call, using: &$0) }
        }
        disk.state.withLock { image in
            image.capacity = mood == .full ? image.used : 1 << 40
            if mood == .unmounted {
                image.mounts["/disk"] = image.mounts[DiskImage.folder]
                image.mounts[DiskImage.folder] = image.addNode(isDirectory: true, device: 2)
            }
        }
        if mood != .unmounted { mount() }
    }

    /// Puts the disk back where it belongs; the folder that was there instead must be empty.
    private func mount() {
        let intruders = disk.state.withLock { image -> [String] in
            guard let volume = image.mounts.removeValue(forKey: "/disk") else { return [] }
            let point = image.mounts[DiskImage.folder].flatMap { image.nodes[$0] }
            image.mounts[DiskImage.folder] = volume
            return point.map { Array($0.names.keys) } ?? []
        }
        if !intruders.isEmpty { fail("\(intruders) was written into the empty mount point") }
    }
}

/// By how much the folder was above its limit at any call.
private final class Peak: Sendable {
    private let most = Mutex(0)
    var above: Int { most.withLock { $0 } }
    func note(_ above: Int) { most.withLock { $0 = max($0, above) } }
}
