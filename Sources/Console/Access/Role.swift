/// What a person or a program may do; each role may do what those before it may.
public enum Role: String, Codable, CaseIterable, Comparable, Sendable {
    /// Sees pictures, recordings and the state.
    case viewer
    /// Starts and stops recording, exports, protects, reads the log.
    case `operator`
    /// Changes settings, cameras, accounts.
    case admin

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .admin: 2
        }
    }

    /// Orders roles by what they may do.
    public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
}
