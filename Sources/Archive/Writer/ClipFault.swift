public import ISOBMFF
public import Platform

/// Why a clip could not be written or made final.
public enum ClipFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system refused a call.
    case system(SystemError)
    /// The muxer's or the camera's data does not fit the clip format.
    case format(FormatError)

    /// The cause in words.
    public var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .format(let error): "\(error)"
        }
    }
}
