import Glibc
import Platform

/// Waits until a condition holds, for a test of something that another thread does.
///
/// - Returns: whether it came true within `limit`.
public func eventually(within limit: Duration = .seconds(10), _ condition: () -> Bool) -> Bool {
    let clocks = SystemClocks()
    let deadline = clocks.monotonic + limit
    while !condition() {
        guard clocks.monotonic < deadline else { return false }
        usleep(2_000)
    }
    return true
}
