/// A whole movie fragment as it stands in a clip: `prft`, `moof`, `mdat` and a checksum.
///
/// Made once by a `FragmentBuilder` and never changed, so that the writer of the disk and those
/// who watch share it without copying (ISO/IEC 14496-12 8.8 and 8.16.5).
/// `@unchecked` because the builder hands its buffer over and nobody writes to it afterwards.
public final class Fragment: @unchecked Sendable {
    /// The fragment's number in its clip, from the builder's first (`mfhd`).
    public let sequence: UInt32
    /// The samples, one run per track that has any; the primary track's first.
    public let runs: [TrackRun]
    /// Whether the first sample of the primary track is a sync sample; false if it has no samples.
    public let startsWithSync: Bool
    /// Arrival of the first primary sample, in nanoseconds since 1970-01-01T00:00:00Z.
    public let wallNanoseconds: Int64
    /// Bytes of the fragment as it is written.
    public let byteCount: Int
    /// Bytes of the samples alone.
    public let payloadByteCount: Int
    private let storage: PayloadBuffer
    private let start: Int

    init(
        sequence: UInt32, runs: [TrackRun], startsWithSync: Bool, wallNanoseconds: Int64,
        payloadByteCount: Int, storage: PayloadBuffer, start: Int
    ) {
        self.sequence = sequence
        self.runs = runs
        self.startsWithSync = startsWithSync
        self.wallNanoseconds = wallNanoseconds
        self.payloadByteCount = payloadByteCount
        self.storage = storage
        self.start = start
        byteCount = storage.count - start
    }

    /// Calls `body` with the fragment's bytes, which are valid during the call only.
    public func withBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try body(UnsafeRawBufferPointer(rebasing: storage.bytes[start...]))
    }
}
