/// What a thorough look at a clip found: facts, and everything that is not as it should be.
public struct ClipVerification: Hashable, Sendable {
    /// Something that is not as it should be.
    public struct Finding: Hashable, Sendable, CustomStringConvertible {
        /// Where, in bytes from the start of the file.
        public var offset: UInt64
        /// What, in a sentence without its full stop.
        public var text: String

        /// Where and what.
        public var description: String { "at byte \(offset): \(text)" }
    }

    /// The states a clip may be in.
    public enum State: Hashable, Sendable {
        /// Being recorded, or left by a crash: fragments without a final `moov`.
        case open
        /// Complete.
        case final
    }

    /// All findings in the order of the file; none in a whole clip.
    public internal(set) var findings: [Finding] = []
    /// Open or final; nil if the file is no clip.
    public internal(set) var state: State?
    /// Whose clip it is; nil if the file is no clip.
    public internal(set) var header: ClipHeader?
    /// How the clip ended; nil while it is open.
    public internal(set) var end: ClipEnd?
    /// The samples of all whole fragments; nil if the file is no clip.
    public internal(set) var tables: SampleTables?

    /// Looks at the whole of `source`, reading it once in pieces.
    ///
    /// - Throws: `ReadError` if the disk fails.
    public init(of source: borrowing some RandomAccess) throws(ReadError) {}
}
