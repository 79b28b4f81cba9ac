import CLinux
import Glibc
import Platform

/// Whether the wall clock can be right: a small machine without a battery wakes up in 1970.
enum ClockTrust {
    /// When this program's file was made; no honest clock shows an earlier time.
    private static let programTime: WallTime = {
        var status = stat()
        guard stat("/proc/self/exe", &status) == 0 else { return WallTime(nanoseconds: 0) }
        return WallTime(nanoseconds: Int64(status.st_mtim.tv_sec) * 1_000_000_000)
    }()

    /// True if the kernel says the clock is synchronized (`adjtimex(2)`), or if it is later than
    /// the program is old.
    static func isTrusted(_ now: WallTime) -> Bool {
        clinux_clock_is_synchronized() || now >= programTime
    }
}
