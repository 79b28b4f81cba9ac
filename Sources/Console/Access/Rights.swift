/// What somebody may do, and with which cameras.
struct Rights: Hashable, Sendable {
    /// Everything, as the recorder's own user may.
    static let everything = Rights(role: .admin)

    var role: Role
    /// The only cameras that there are for them; nil for all.
    var cameras: Set<String>?

    /// The recorder as it is for them: of other cameras it knows nothing.
    func view(of recorder: any Recorder) -> any Recorder {
        cameras.map { LimitedRecorder(base: recorder, cameras: $0) } ?? recorder
    }
}
