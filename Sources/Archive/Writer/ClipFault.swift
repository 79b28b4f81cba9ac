public import ISOBMFF
public import Platform

/// Why a clip could not be written or made final.
public enum ClipFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system refused a call.
    case system(SystemError)
    /// The camera's own limit leaves no room: what it has is protected, or still open.
    case cameraFull(camera: String)
    /// The muxer's or the camera's data does not fit the clip format.
    case format(FormatError)

    /// The cause in words.
    public var description: String {
        switch self {
        case .system(let error): "\(error)"
        case .cameraFull(let camera):
            "\(camera) has reached its MAX_SIZE_GB, and none of its clips may go"
        case .format(let error): "\(error)"
        }
    }
}
