/// What became of a test notice on one way.
public struct NoticeResult: Codable, Hashable, Sendable {
    /// What became of it.
    public enum State: String, Codable, Hashable, Sendable {
        /// The other side has taken it.
        case arrived
        /// Nothing says that it arrived; `reason` says why.
        case failed
        /// It was rightly not sent; `reason` says why.
        case keptBack = "kept_back"
    }

    /// The way: `webhook`, `mqtt` or `ping`.
    public var way: String
    /// What became of it.
    public var state: State
    /// Why, if it did not arrive; without the address, in which keys may stand.
    public var reason: String?

    /// Puts the facts together.
    public init(way: String, state: State, reason: String? = nil) {
        self.way = way
        self.state = state
        self.reason = reason
    }
}

extension RecorderFailure {
    /// There is nobody to send a notice to.
    public static let nobodyTold = RecorderFailure(
        .conflict, code: "notices.off",
        "Nobody is told anything; set WEBHOOK_URL, MQTT_URL or PING_URL.")
}
