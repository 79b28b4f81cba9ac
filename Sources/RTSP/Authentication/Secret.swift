/// A text that no log, error or interpolation shows.
///
/// Printing, dumping or interpolating it gives `***`; only `reveal()` gives the text.
public struct Secret: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let text: String

    /// Hides `text`.
    public init(_ text: String) { self.text = text }

    /// Returns the hidden text, for the one place that must send it.
    public func reveal() -> String { text }

    /// Always `***`.
    public var description: String { "***" }
    /// Always `***`.
    public var debugDescription: String { "***" }
    /// A mirror without children, so that `dump` shows nothing either.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Who we are to a camera.
public struct Credentials: Equatable, Sendable {
    /// The user's name; it travels in clear text in every scheme.
    public var username: String
    /// The password.
    public var password: Secret

    /// Puts a name and a password together.
    public init(username: String, password: Secret) {
        self.username = username
        self.password = password
    }
}
