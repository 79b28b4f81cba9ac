import HTTPTypes
import Synchronization

/// Which methods a path has; filled once the routes are known.
final class RouteTable: Sendable {
    private let records = Mutex<[Routes.Record]>([])

    func fill(_ records: [Routes.Record]) { self.records.withLock { $0 = records } }

    /// The methods of a path; empty if there is no such path.
    @Sendable func methods(_ path: String) -> [HTTPRequest.Method] {
        let own = records.withLock { $0 }.filter { $0.matches(path) }.map(\.method)
        return (own.contains(.get) ? own + [.head] : own).sorted { $0.rawValue < $1.rawValue }
    }
}
