internal import Platform

/// How much of one camera's last day was recorded.
public struct DailyShare: Equatable, Sendable {
    /// The camera.
    public var camera: String
    /// The recorded share of the time in which it was to be recorded, 0 to 1.
    public var share: Double
    /// The longest gap and its cause; nil if there was none.
    public var longestGap: (length: Duration, cause: String)?

    /// Puts the facts together.
    public init(camera: String, share: Double, longestGap: (length: Duration, cause: String)? = nil)
    {
        self.camera = camera
        self.share = share
        self.longestGap = longestGap
    }

    /// Compares everything.
    public static func == (a: Self, b: Self) -> Bool {
        a.camera == b.camera && a.share == b.share
            && a.longestGap?.length == b.longestGap?.length
            && a.longestGap?.cause == b.longestGap?.cause
    }
}

/// The daily notice.
enum Digest {
    /// Returns the day, counted in local time from 1970, whose digest is due at `now`.
    static func day(at seconds: Int, now: WallTime, utcOffset: Int64) -> Int64 {
        let local = now.nanoseconds / 1_000_000_000 + utcOffset - Int64(seconds)
        return local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    }

    /// Says how much was recorded; nil if nothing was to be.
    static func notice(_ shares: [DailyShare], problems: Int, now: WallTime) -> Notice? {
        guard !shares.isEmpty else { return nil }
        let mean = shares.reduce(0) { $0 + $1.share } / Double(shares.count)
        var text = "\(percent(mean)) % recorded in the last 24 hours"
        let worse = shares.filter { $0.share < 1 }.sorted { $0.share < $1.share }
        if shares.count > 1 || !worse.isEmpty {
            let parts = worse.map { share in
                "\(share.camera) \(percent(share.share)) %"
                    + (share.longestGap.map {
                        " (longest gap \(Int($0.length.seconds.rounded())) s, \($0.cause))"
                    } ?? "")
            }
            text += parts.isEmpty ? ", every camera" : ": " + parts.joined(separator: ", ")
        }
        var notice = Notice(.digest, at: now, problems: problems, text: text)
        notice.shares = Dictionary(uniqueKeysWithValues: shares.map { ($0.camera, $0.share) })
        return notice
    }

    /// A share in hundredths of a percent, never rounded up to a whole that it is not.
    static func percent(_ share: Double) -> String {
        let hundredths = Int((share * 10_000).rounded(.down))
        let rest = hundredths % 100
        return "\(hundredths / 100)." + (rest < 10 ? "0\(rest)" : "\(rest)")
    }
}
