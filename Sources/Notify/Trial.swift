import Synchronization

/// A notice that somebody sends to try whether notices arrive, and what becomes of it on each way.
///
/// May be asked from any thread, also before anything is known.
public final class Trial: Sendable {
    /// A way on which notices go.
    public enum Way: String, CaseIterable, Sendable {
        case webhook
        case mqtt
        /// The dead man's URL, which is fetched and carries no notice.
        case ping
    }

    /// What became of it.
    public enum Fate: Equatable, Sendable {
        /// The other side has taken it.
        case arrived
        /// It did not arrive; why.
        case failed(String)
        /// It was not sent, and why that is right.
        case keptBack(String)
    }

    /// The ways that the settings name.
    public let ways: [Way]
    private let known = Mutex<[Way: Fate]>([:])

    init(ways: [Way]) { self.ways = ways }

    /// What is known so far.
    public var fates: [Way: Fate] { known.withLock { $0 } }

    /// Whether it is known of every way.
    public var isSettled: Bool { known.withLock { $0.count == ways.count } }

    /// Notes what became of it; what was noted first stays.
    func settle(_ way: Way, _ fate: Fate) {
        guard ways.contains(way) else { return }
        known.withLock { $0[way] = $0[way] ?? fate }
    }
}

extension NotifySettings {
    /// The ways on which somebody is told.
    var ways: [Trial.Way] {
        Trial.Way.allCases.filter { way in
            switch way {
            case .webhook: webhook != nil
            case .mqtt: broker != nil
            case .ping: pingURL != nil
            }
        }
    }
}
