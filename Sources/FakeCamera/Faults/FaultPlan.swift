/// When a fault begins, how strong it is, and which connections it hits.
public struct FaultPlan: Sendable {
    /// What goes wrong.
    public var fault: Fault
    /// Video frames that a session sends before the fault begins; ignored by faults of the opening.
    public var afterFrames: Int
    /// How long the fault lasts; `nil` is for ever, and for a pause 20 s.
    public var duration: Duration?
    /// The fault hits the first this many connections of the server; `nil` is all of them.
    public var connections: Int?
    /// One packet or frame in this many is hit, where a fault hits some of them; at least 1.
    public var every: Int
    /// How far a clock steps, for faults that step one; each fault has its own default.
    public var step: Duration?
    /// Where a redirect leads to.
    public var location: String?
    /// What the camera plays after a reboot or a change of its parameter sets.
    public var alternate: Media?

    /// Describes a fault.
    ///
    /// - Parameters:
    ///   - afterFrames: video frames sent before it begins; 50 are two seconds at 25 frames/s.
    ///   - duration: how long it lasts; `nil` is for ever.
    ///   - connections: how many connections it hits, the first ones; `nil` is all.
    ///   - every: one packet or frame in this many is hit.
    ///   - step: how far a clock steps; `nil` takes the fault's own default.
    ///   - location: where a redirect leads to.
    ///   - alternate: the media after a reboot or a change of parameter sets.
    public init(
        _ fault: Fault, afterFrames: Int = 50, duration: Duration? = nil, connections: Int? = nil,
        every: Int = 100, step: Duration? = nil, location: String? = nil, alternate: Media? = nil
    ) {
        self.fault = fault
        self.afterFrames = afterFrames
        self.duration = duration
        self.connections = connections
        self.every = max(1, every)
        self.step = step
        self.location = location
        self.alternate = alternate
    }

    /// Whether the connection with this number, counted from 1, is hit.
    func hits(connection: Int) -> Bool { connections.map { connection <= $0 } ?? true }
}
