internal import AVRemux
internal import Platform
internal import RTSP

/// What all connections of a server share on its thread.
final class ServerContext {
    let configuration: FakeCameraServer.Configuration
    let log: ServerLog
    let clocks = SystemClocks()
    /// The one-time value of every Digest challenge.
    let nonce: String
    private let mounts: [String: WireMedia]
    private let alternate: WireMedia?
    private var counters: [String: UInt64] = [:]
    private var random: SplitMix64
    /// The session that holds the only slot, and until when it does without a TEARDOWN.
    private var slot: (identifier: String, until: MonotonicTime)?

    init(configuration: FakeCameraServer.Configuration, log: ServerLog) {
        self.configuration = configuration
        self.log = log
        var wires: [ObjectIdentifier: WireMedia] = [:]
        func wire(_ media: Media) -> WireMedia {
            let identity = ObjectIdentifier(media.identity)
            let made = wires[identity] ?? WireMedia(media.packets)
            wires[identity] = made
            return made
        }
        mounts = Dictionary(
            configuration.mounts.map { (Self.path($0.key), wire($0.value)) },
            uniquingKeysWith: { first, _ in first })
        alternate = configuration.fault?.alternate.map(wire)
        random = SplitMix64(seed: configuration.seed)
        nonce = String(random.next(), radix: 16) + String(random.next(), radix: 16)
    }

    /// The fault of a connection, if it is hit by one.
    func plan(connection: Int) -> FaultPlan? {
        guard let plan = configuration.fault, plan.hits(connection: connection) else { return nil }
        // After a reboot the camera is a good one, with other media.
        return plan.fault == .reboot && connection > (plan.connections ?? 1) ? nil : plan
    }

    /// Returns the media at a path, as this connection sees it.
    func media(at path: String, connection: Int) -> WireMedia? {
        guard let media = mounts[path] else { return nil }
        let hasRebooted =
            configuration.fault?.fault == .reboot
            && connection > (configuration.fault?.connections ?? 1)
        return hasRebooted ? alternate ?? media : media
    }

    func makeSession(path: String, connection: Int) -> Session? {
        guard let media = media(at: path, connection: connection) else { return nil }
        return Session(
            Session.Parameters(
                identifier: String(random.next(), radix: 16), path: path, media: media,
                alternate: alternate, plan: plan(connection: connection),
                configuration: configuration, firstCounter: counters[path] ?? 0,
                random: SplitMix64(seed: random.next())))
    }

    /// Lets the numbers of a path's next session begin behind those of this one.
    func remember(_ session: Session) {
        let path = session.parameters.path
        counters[path] = max(counters[path] ?? 0, session.counter)
    }

    /// Random bytes.
    func noise(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() >> 24) }
    }

    /// Takes the only slot, or extends the time for which it is held.
    ///
    /// - Returns: whether the session has it.
    func takeSlot(_ identifier: String) -> Bool {
        let now = clocks.monotonic
        if let slot, slot.identifier != identifier, slot.until > now { return false }
        slot = (identifier, now + configuration.sessionTimeout)
        return true
    }

    func freeSlot(_ identifier: String) {
        if slot?.identifier == identifier { slot = nil }
    }

    /// Returns the path of a URL or of a mount, with one leading slash and none at the end.
    static func path(_ url: String) -> String {
        var rest = url[...]
        if let scheme = rest.firstRange(of: "://") {
            rest = rest[scheme.upperBound...]
            rest = rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
        }
        let parts = rest.split(separator: "/").filter { !$0.hasPrefix("trackID=") }
        return "/" + parts.joined(separator: "/")
    }
}
