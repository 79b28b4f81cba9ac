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
        var pictures = 0
        var clips = 0
        var deletions = 0
        var sessions = 0
        var kills = 0
        var powerCuts = 0
        var diskTroubles = 0
        var recovered = 0
    }

    /// Of the present process: whether the disk failed, whether the clock stepped, when it began.
    var hadDiskTrouble = false
    var hadClockStep = false
    var processStart: WallTime

    private var random: SeededGenerator
    private var weather = SimulatedWeather()
    private(set) var cameras: [SimulatedCamera] = []
    var clips: [Int: SimulatedCamera.Clip] = [:]
    private(set) var rig: Rig
    var book: LedgerBook
    var records = SimulatedRecords()
    var eventsSeen = 0
    let uuid: String
    private let rotation = Rotation(interval: .seconds(600), isAligned: true)
    private let muxerBytes: [UInt8]
    private let tracks: [TrackDescription]
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
            SimulatedCamera(name: "camera-\($0)", now: clocks.monotonic)
        }
        start()
    }

    private static let settings = ArchiveSettings(
        limits: RetentionLimits(
            maximumBytes: limit, cameras: ["camera-1": CameraLimits(maximumBytes: limit / 8)]),
        sweepInterval: .seconds(300), reserveStep: 1 << 16)

    /// Lives for so many hours of the simulated day; ends at the first problem.
    func run(hours: Int) throws {
        for _ in 0..<(hours * 60) where problems.isEmpty { try live() }
        guard problems.isEmpty else { return }
        rig.stop()
        hear()
        // A disk that fails at the end leaves a clip to the next start.
        try restart(after: .stop)
    }

    func fail(_ what: String) {
        problems.append("seed \(seed), step \(steps), \(clocks.wall.utcText): \(what)")
    }

    private func live() throws {
        steps += 1
        clocks.advance(by: Self.step)
        switch weather.next(step: steps, using: &random) {
        case .nothing: break
        case .disk(let mood): change(mood)
        case .clockStep(let duration):
            hadClockStep = true
            clocks.step(by: duration)
        case .kill:
            counts.kills += 1
            try restart(after: .kill)
        case .powerCut:
            counts.powerCuts += 1
            cutPower()
        case .stopAndStart:
            for index in cameras.indices { endSession(index, .stopped) }
            rig.stop()
            hear()
            try restart(after: .stop)
        }
        for index in cameras.indices { live(index) }
        rig.engine?.tick()
        rig.settle()
        hear()
        writeLedger()
        check()
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

    private func start() {
        // A person's film counts for nobody.
        disk.watchUse { [peak] used in peak.note(used - Int(Self.limit) - 4096) }
        book.enable(cameras.map(\.name), now: Instant(clocks))
        eventsSeen = 0
    }

    /// Ends this process in some way and begins the next.
    private func restart(after end: SimulatedRecords.End) throws {
        for index in cameras.indices { cameras[index].phase = .waiting(until: clocks.monotonic) }
        clips = [:]
        mount()
        let image = disk.state.withLock { image in
            switch end {
            case .kill, .stop: image.afterKill()
            case .powerCut: image.afterPowerCut(using: &random)
            }
        }
        disk = SimulatedDisk(image)
        disk.state.withLock { $0.capacity = 1 << 40 }
        weather.clear()
        rig = Rig(disk: disk, settings: Self.settings, clocks: clocks, expecting: uuid)
        let ledger = file()
        book = LedgerBook(
            GapHistory(try ledger.read().entries), heartbeat: try ledger.heartbeat(),
            now: Instant(clocks))
        eventsSeen = 0
        rig.tick(.zero)
        start()
        hear()
        counts.recovered += rig.recovered.count
        let isPartlySafe = hadDiskTrouble || end == .powerCut
        try look(after: end, safe: isPartlySafe ? image.safeSizes : [:])
    }

    private func cutPower() {
        // At a call in the middle of the step's work.
        let left = Int.random(in: 1...60, using: &random)
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

    // MARK: Cameras

    private func live(_ index: Int) {
        let end = weather.network(of: index, step: steps, using: &random)
        let name = cameras[index].name
        switch cameras[index].phase {
        case .waiting(let until):
            guard clocks.monotonic >= until else { return }
            counts.sessions += 1
            tell(.connecting, of: name)
            guard let end else {
                cameras[index].connect(now: clocks.monotonic, using: &random)
                return
            }
            tell(.failed(LedgerCause.other, detail: "\(end)"), of: name)
            if let problem = cameras[index].end(end, now: clocks.monotonic, using: &random) {
                fail(problem)
            }
        case .playing:
            if let end { return endSession(index, end) }
            takePicture(index)
        }
    }

    private func endSession(_ index: Int, _ end: SessionEnd) {
        endClip(index, .cameraClosed, .cameraClosed)
        guard case .playing = cameras[index].phase else { return }
        tell(.failed(.cameraClosed, detail: "\(end)"), of: cameras[index].name)
        if let problem = cameras[index].end(end, now: clocks.monotonic, using: &random) {
            fail(problem)
        }
    }

    private func takePicture(_ index: Int) {
        cameras[index].disturbClock(using: &random)
        let (dts, problem) = cameras[index].place(
            at: clocks.monotonic, step: Self.step, using: &random)
        if let problem { return fail(problem) }
        if let clip = clips[index] {
            let hasStepped =
                abs(
                    (clocks.wall - clip.start.wall - (clocks.monotonic - clip.start.monotonic))
                        .nanoseconds)
                > 2_000_000_000
            if !clip.handle.isOpen || hasStepped || clocks.wall >= clip.boundary {
                endClip(index, hasStepped ? .timeJump : .rotated, nil)
            }
        }
        if clips[index] == nil { beginClip(index, base: dts) }
        append(index, dts: dts)
    }

    private func beginClip(_ index: Int, base: Int64) {
        let start = Instant(clocks)
        let name = cameras[index].name
        tell(.clipBegun(start: start), of: name)
        let handle = rig.begin(
            as: NewClip(
                camera: name, start: start.wall, startMonotonic: start.monotonic,
                muxerBytes: muxerBytes))
        clips[index] = SimulatedCamera.Clip(
            handle: handle, start: start,
            boundary: rotation.boundary(ofClipStartedAt: start.wall, utcOffset: 0), base: base,
            pictures: PictureBuilder(tracks: tracks), lastEnd: start)
    }

    private func append(_ index: Int, dts: Int64) {
        guard let clip = clips[index], let track = tracks.first(where: \.isPrimary) else { return }
        let number = cameras[index].number
        cameras[index].number += 1
        counts.pictures += 1
        let bytes = NumberedPicture.bytes(camera: index, number: number, using: &random)
        let scale = Int64(track.timescale)
        let fragment = clip.pictures.fragment(
            of: bytes, track: track.id,
            decodeTime: UInt64(max(0, dts - clip.base) * scale / 90_000),
            duration: UInt32(60 * scale), wall: clocks.wall)
        guard let fragment else { return fail("a picture makes no fragment") }
        let isTaken = rig.offer(fragment, to: clip.handle)
        if isTaken {
            records.take(
                number,
                in: SimulatedRecords.Key(
                    camera: cameras[index].name, start: clip.start.wall.nanoseconds))
        }
        let name = cameras[index].name
        if isTaken == clip.isRefusing {
            clips[index]?.isRefusing = !isTaken
            let now = Instant(clocks)
            tell(
                isTaken
                    ? .accepted(from: now) : .refused(from: now, isSlow: clip.handle.isOpen),
                of: name)
        }
        clips[index]?.lastEnd = Instant(clocks) + Self.step
    }
}

/// By how much the folder was above its limit at any call.
private final class Peak: Sendable {
    private let most = Mutex(0)
    var above: Int { most.withLock { $0 } }
    func note(_ above: Int) { most.withLock { $0 = max($0, above) } }
}
