/// What a page has to know before it shows anything.
///
/// Of the recorder a stranger learns nothing: time zone and cameras are told after the login.
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
    /// Who is logged in.
    var user: String?
    var role: Role?
    var version: String?
    /// Whether there is no camera yet.
    var needsCamera: Bool?
    /// The machine's time zone, such as `Europe/Paris`.
    var timeZone: String?

    init(
        _ caller: Caller, _ access: AccessControl, _ recorder: any Recorder, _ version: String
    ) async {
        guard let rights = caller.rights else {
            state = access.needsSetup ? .setup : .login
            return
        }
        let status = await recorder.status()
        state = .open
        if case .user(let name, _, _) = caller { user = name }
        role = rights.role
        self.version = version
        needsCamera = rights.cameras == nil && status.cameras.isEmpty
        timeZone = status.timeZone
    }
}
