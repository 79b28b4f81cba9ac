/// Something that the console has to say in the recorder's log.
public struct ConsoleNote: Hashable, Sendable {
    /// What it is about; the raw value is the event's name in the log.
    public enum Event: String, CaseIterable, Sendable {
        /// Browsers can connect.
        case listening = "console.listening"
        /// Nobody has set a password yet.
        case setup = "console.setup"
        /// Somebody logged in.
        case login = "console.login"
        /// Wrong passwords, again and again.
        case refused = "console.refused"
        /// An account or a token was made, changed or taken away.
        case account = "console.account"
        /// Something of the console does not work; the recorder goes on.
        case failed = "console.failed"
    }

    /// What it is about.
    public var event: Event
    /// Whether a person should look: the log's level is then WARNING, and else INFO.
    public var isWarning: Bool
    /// A sentence for people, without any secret.
    public var message: String

    /// Something to say.
    public init(_ event: Event, isWarning: Bool = false, _ message: String) {
        self.event = event
        self.isWarning = isWarning
        self.message = message
    }
}

/// Why the console cannot be served: a sentence for people with what to do.
public struct ConsoleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    public var description: String

    /// Why the console cannot be served.
    public init(_ description: String) { self.description = description }
}
