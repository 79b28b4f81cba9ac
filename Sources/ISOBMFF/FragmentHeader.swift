/// What stands in front of a fragment's payload: `prft`, `moof` and the header of `mdat`.
struct FragmentHeader {
    /// Sample flags of a sync sample: it depends on no other (ISO/IEC 14496-12 8.8.3.1).
    static let syncFlags: UInt32 = 0x0200_0000
    /// Sample flags of any other: it depends on others and is no sync sample.
    static let nonSyncFlags: UInt32 = 0x0101_0000

    /// Bytes of the `prft` box, with which every fragment begins.
    private static let referenceTimeByteCount: UInt32 = 32

    /// Where in `bytes` the first box header stands with which a fragment may begin.
    static func firstBeginning(in bytes: UnsafeRawBufferPointer) -> Int? {
        let wanted = UInt64(referenceTimeByteCount) << 32 | UInt64(FourCC("prft").rawValue)
        var seen: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            seen = seen << 8 | UInt64(byte)
            if seen == wanted, index >= 7 { return index - 7 }
        }
        return nil
    }

    let sequence: UInt32
    /// `dataOffset` counts from the first byte of the payload here.
    let runs: [TrackRun]
    let wallNanoseconds: Int64
    let payloadByteCount: Int
    let primaryTrack: UInt32

    func write(to writer: inout BoxWriter) {
        writeProducerReferenceTime(to: &writer)
        let moof = writer.bytes.count
        var offsetFields: [Int] = []
        writer.box("moof") { writer in
            writer.fullBox("mfhd") { $0.append(sequence) }
            for run in runs { offsetFields.append(write(run, to: &writer)) }
        }
        for (field, run) in zip(offsetFields, runs) {
            let offset = writer.bytes.count - moof + 8 + run.dataOffset
            writer.overwrite(UInt32(clamping: offset), at: field)
        }
        writer.append(UInt32(clamping: payloadByteCount + 8))
        writer.append(FourCC("mdat"))
    }

    /// ISO/IEC 14496-12 8.16.5, Producer Reference Time Box.
    ///
    /// Flag 8: the association of the two times is arbitrary but consistent, because it is the
    /// arrival here and not the exposure in the camera.
    private func writeProducerReferenceTime(to writer: inout BoxWriter) {
        guard let reference = runs.first(where: { $0.trackID == primaryTrack }) ?? runs.first
        else { return }
        writer.fullBox("prft", version: 1, flags: 8) { writer in
            writer.append(reference.trackID)
            writer.append(NTPTime(nanoseconds: wallNanoseconds).rawValue)
            writer.append(reference.baseDecodeTime)
        }
    }

    /// Writes a track fragment and returns where its `data_offset` must be filled in.
    private func write(_ run: TrackRun, to writer: inout BoxWriter) -> Int {
        let layout = RunLayout(run.samples)
        var offsetField = 0
        writer.box("traf") { writer in
            // 8.8.7: default-base-is-moof, so that a fragment may be moved as a whole.
            let flags = 0x02_0000 | 0x20 | (layout.uniformDuration == nil ? 0 : 0x8)
            writer.fullBox("tfhd", flags: UInt32(flags)) { writer in
                writer.append(run.trackID)
                if let duration = layout.uniformDuration { writer.append(duration) }
                writer.append(layout.defaultFlags)
            }
            writer.fullBox("tfdt", version: 1) { $0.append(run.baseDecodeTime) }
            writer.fullBox("trun", version: 1, flags: layout.runFlags) { writer in
                writer.append(UInt32(clamping: run.samples.count))
                offsetField = writer.bytes.count
                writer.append(UInt32(0))
                if layout.hasFirstFlags { writer.append(Self.syncFlags) }
                for sample in run.samples { layout.write(sample, to: &writer) }
            }
        }
        return offsetField
    }
}

/// ISO/IEC 14496-12 8.8.8, Track Fragment Run Box: which fields each sample needs.
private struct RunLayout {
    var uniformDuration: UInt32?
    var defaultFlags = FragmentHeader.nonSyncFlags
    var hasFirstFlags = false
    var hasFlags = false
    var hasCompositionOffsets: Bool

    init(_ samples: [TrackSample]) {
        let duration = samples.first?.duration
        uniformDuration = samples.allSatisfy { $0.duration == duration } ? duration : nil
        hasCompositionOffsets = samples.contains { $0.compositionOffset != 0 }
        let syncCount = samples.reduce(0) { $0 + ($1.isSync ? 1 : 0) }
        if syncCount == samples.count {
            defaultFlags = FragmentHeader.syncFlags
        } else if syncCount == 1, samples.first?.isSync == true {
            hasFirstFlags = true
        } else if syncCount > 0 {
            hasFlags = true
        }
    }

    var runFlags: UInt32 {
        var flags: UInt32 = 0x201
        if hasFirstFlags { flags |= 0x4 }
        if uniformDuration == nil { flags |= 0x100 }
        if hasFlags { flags |= 0x400 }
        if hasCompositionOffsets { flags |= 0x800 }
        return flags
    }

    func write(_ sample: TrackSample, to writer: inout BoxWriter) {
        if uniformDuration == nil { writer.append(sample.duration) }
        writer.append(sample.size)
        if hasFlags {
            writer.append(sample.isSync ? FragmentHeader.syncFlags : FragmentHeader.nonSyncFlags)
        }
        if hasCompositionOffsets { writer.append(sample.compositionOffset) }
    }
}
