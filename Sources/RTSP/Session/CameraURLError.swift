/// Why a text is not the address of a camera.
///
/// No case repeats more of the text than a scheme or a host, since the rest may hold a password.
public enum CameraURLError: Error, Equatable, Sendable {
    /// Nothing was given.
    case empty
    /// No scheme, as in a bare path or a bare host.
    case noScheme
    /// A scheme other than `rtsp` and `rtsps`.
    case unsupportedScheme(String)
    /// A space, somewhere.
    case space
    /// A control character, somewhere.
    case controlCharacter
    /// No host between `//` and the path.
    case noHost
    /// A host that is neither a name nor an address.
    case badHost
    /// A port that is not a number from 1 to 65535.
    case badPort
}

extension CameraURLError: CustomStringConvertible {
    /// What is wrong, and what to write instead.
    public var description: String {
        switch self {
        case .empty:
            "no URL is given: write rtsp://HOST/PATH"
        case .noScheme:
            "this is not a URL: write rtsp://HOST/PATH, as the camera's manual gives it"
        case .unsupportedScheme(let scheme):
            "\(scheme): is not a way to a camera: write rtsp://HOST/PATH (or rtsps://)"
        case .space:
            "the URL contains a space: remove it, or write %20 where it belongs to the URL"
        case .controlCharacter:
            "the URL contains a line break, a tab or another control character: remove it"
        case .noHost:
            "the URL names no host: write the camera's address after rtsp://"
        case .badHost:
            "the URL's host is neither a name nor an address: use letters, digits, - and ."
                + " (an IPv6 address goes in brackets); in a password write %40 for @,"
                + " %2F for / and %3A for :"
        case .badPort:
            "the URL's port is not a number from 1 to 65535: write rtsp://HOST:554/PATH;"
                + " in a password write %40 for @, %2F for / and %3A for :"
        }
    }
}
