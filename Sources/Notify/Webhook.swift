internal import Platform

/// A notice as it is posted: JSON, with headers by which the receiver knows who sent it and when.
enum Webhook {
    /// Makes the request of one attempt.
    ///
    /// - Parameter now: the attempt's time, which is signed with the body so that a request that
    ///   somebody recorded cannot be played again later.
    static func request(
        _ notice: Notice, to settings: NotifySettings.Webhook, now: WallTime
    ) -> HTTPRequest {
        let body = notice.json
        let time = "\(now.nanoseconds / 1_000_000_000)"
        var headers = [
            "Content-Type: application/json", "Expect:", "X-CCTV-Event: \(notice.event.rawValue)",
            "X-CCTV-Delivery: \(notice.id)", "X-CCTV-Timestamp: \(time)",
        ]
        if !settings.secret.isEmpty {
            let signed = Array("\(time).".utf8) + body
            let code = HMAC.sha256(signed, key: Array(settings.secret.utf8))
            headers.append("X-CCTV-Signature: sha256=\(code)")
        }
        return HTTPRequest(url: settings.url, body: body, headers: headers)
    }
}

/// When a delivery that failed is tried again.
///
/// After a second, then after twice as long each time, at most ten minutes.
struct DeliveryPace: Sendable {
    /// The longest wait between two attempts.
    static let longest = Duration.seconds(600)
    /// How many attempts have failed since the last that did not.
    private(set) var failures = 0
    private(set) var due: MonotonicTime?

    /// Notes a delivery that failed.
    ///
    /// - Parameter random: from 0 up to but not including 1; spreads recorders that lost one server.
    mutating func fail(now: MonotonicTime, random: Double) {
        failures += 1
        let wait = min(Double(1 << min(failures - 1, 20)), Self.longest.seconds)
        due = now + .seconds(wait * (0.75 + 0.25 * random))
    }

    /// Lets the next attempt be made at once, because somebody waits for it.
    mutating func hurry() { due = nil }

    /// Notes a delivery that arrived.
    mutating func succeed() {
        failures = 0
        due = nil
    }

    /// Whether the next attempt may be made.
    func isDue(_ now: MonotonicTime) -> Bool { due.map { now >= $0 } ?? true }
}
