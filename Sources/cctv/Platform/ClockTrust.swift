import Archive
import CLinux
import Glibc
import Platform

extension ClockTrust {
    /// The clock of this machine: `adjtimex(2)` vouches for it, or it is later than the program's
    /// file is old and agrees with the clips.
    static func ofThisMachine() -> ClockTrust {
        var status = stat()
        let made = stat("/proc/self/exe", &status) == 0 ? Int64(status.st_mtim.tv_sec) : 0
        return ClockTrust(
            earliest: WallTime(nanoseconds: made * 1_000_000_000),
            isSynchronized: { clinux_clock_is_synchronized() })
    }
}
