public import Platform
import Synchronization

/// A notice that somebody sends to try whether notices arrive, and what becomes of it on each way.
///
/// May be asked from any thread, also before anything is known.
public final class Trial: Sendable {
    /// A person waits no longer.
    ///
    /// One request or connection may take less, so that its own words say why it fails.
    public static let patience = Duration.seconds(12)

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
        /// Nothing says that it arrived; why.
        case failed(String)
        /// It was not sent, and why that is right.
        case keptBack(String)

        /// Who was to send it ends.
        static let cancelled = Fate.failed("the recorder ends, or its settings have changed")
    }

    /// The ways that the settings name.
    public let ways: [Way]
    let notice: Notice
    private let known = Mutex<[Way: Fate]>([:])

    init(_ notice: Notice, ways: [Way]) {
        self.notice = notice
        self.ways = ways
    }

    /// What is known so far.
    public var fates: [Way: Fate] { known.withLock { $0 } }

    /// Whether it is known of every way.
    public var isSettled: Bool { known.withLock { $0.count == ways.count } }

    /// Notes what became of it; what was noted first stays.
    func settle(_ way: Way, _ fate: Fate) {
        guard ways.contains(way) else { return }
        known.withLock { $0[way] = $0[way] ?? fate }
    }

    /// Waits until it is known of every way, for `patience` at most; what is silent for so long
    /// has failed.
    ///
    /// - Returns: a fate for every way, in the order of `ways`. At once if the task is cancelled.
    public func outcome(clocks: any Clocks) async -> [(way: Way, fate: Fate)] {
        let deadline = clocks.monotonic + Self.patience
        var silence = Fate.failed("no answer came within \(Int(Self.patience.seconds)) seconds")
        while !isSettled, clocks.monotonic < deadline {
            do { try await Task.sleep(for: .milliseconds(50)) } catch {
                silence = .cancelled
                break
            }
        }
        for way in ways { settle(way, silence) }
        let fates = fates
        return ways.map { (way: $0, fate: fates[$0] ?? silence) }
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
