import Glibc
import Platform

/// A wall time as clocks in the machine's zone show it, by glibc's rules.
struct LocalTimestamp {
    /// `2025-02-23T10:00:00.000+01:00` (RFC 3339).
    let iso8601: String
    /// `10:00:00`.
    var timeOfDay: String { String(iso8601.dropFirst(11).prefix(8)) }
    /// `2025-02-23`.
    var day: String { String(iso8601.prefix(10)) }

    init(_ time: WallTime) {
        // The zone may have been changed since the program started.
        tzset()
        self.init(inKnownZone: time)
    }

    /// The same without a look at the zone's file, for a list of thousands in one breath.
    init(inKnownZone time: WallTime) { iso8601 = time.localText }
}
