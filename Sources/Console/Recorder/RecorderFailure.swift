/// Why a recorder did not do what it was asked; becomes an RFC 9457 problem.
public struct RecorderFailure: Error, Hashable, Sendable {
    /// What kind of answer it is.
    public enum Kind: String, Hashable, Sendable {
        /// There is no such camera, clip, protection or export.
        case notFound
        /// The request cannot be right; `field` says where.
        case invalid
        /// It cannot be done as things are: a name is taken, a value is fixed by a flag.
        case conflict
        /// It cannot be done now: the disk is away, the camera does not answer.
        case unavailable
        /// Something failed here.
        case failed
    }

    /// What kind of answer it is.
    public var kind: Kind
    /// A stable name for programs and translations, such as `camera.unknown`.
    public var code: String
    /// A sentence for people, with what to do; without any password.
    public var text: String
    /// The field or setting that is wrong, if one is.
    public var field: String?

    /// A failure.
    public init(_ kind: Kind, code: String, _ text: String, field: String? = nil) {
        self.kind = kind
        self.code = code
        self.text = text
        self.field = field
    }
}
