public import Platform

/// Why a fake camera could not be made.
public enum FakeCameraError: Error, Sendable, CustomStringConvertible {
    /// A call of the system failed.
    case system(SystemError)
    /// The media cannot be played: which, and what is wrong with it.
    case media(String, reason: String)

    /// What failed and why.
    public var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .media(let name, let reason): "\(name) cannot be played by a fake camera: \(reason)"
        }
    }
}
