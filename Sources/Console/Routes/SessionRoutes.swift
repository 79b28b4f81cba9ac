import Hummingbird

/// Who is logged in, logging in and out.
struct SessionRoutes: RouteGroup {
    let configuration: ConsoleConfiguration
    let recorder: any Recorder

    func add(to routes: inout Routes) {
        routes.on(.get, "/api/v1/session", for: .open) { [configuration, recorder] _, context in
            let status = await recorder.status()
            return .json(
                SessionRecord(
                    state: context.caller.role == nil ? .login : .open, user: nil,
                    role: context.caller.role, version: configuration.version,
                    needsCamera: status.cameras.isEmpty, timeZone: status.timeZone))
        }
    }
}

/// What a page has to know before it shows anything.
struct SessionRecord: Encodable, Hashable {
    /// What is to be shown.
    enum State: String, Encodable {
        /// Nobody has set a password yet.
        case setup
        /// Nobody is logged in.
        case login
        /// Somebody is logged in.
        case open
    }

    var state: State
    var user: String?
    var role: Role?
    var version: String
    /// Whether there is no camera yet.
    var needsCamera: Bool
    var timeZone: String
}
