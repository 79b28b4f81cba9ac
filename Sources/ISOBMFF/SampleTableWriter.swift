/// ISO/IEC 14496-12 8.5.1, Sample Table Box, of a final clip or an export.
struct SampleTableWriter {
    private let table: TrackTable
    private let base: UInt64

    /// A writer of `table`, whose chunk offsets count from byte `base` of the file.
    init(_ table: TrackTable, base: UInt64 = 0) {
        self.table = table
        self.base = base
    }

    /// Appends `stbl` with `entries`, the `stsd` of the init segment.
    func write(entries: Box, to writer: inout BoxWriter) {
        write(to: &writer) { $0.append(bytes: entries.bytes) }
    }

    /// Appends `stbl`; `entries` writes its `stsd`.
    func write(to writer: inout BoxWriter, entries: (inout BoxWriter) -> Void) {
        writer.box("stbl") { writer in
            entries(&writer)
            writeTimes(to: &writer)
            writeCompositionOffsets(to: &writer)
            writeSyncSamples(to: &writer)
            writeChunkLengths(to: &writer)
            writeSizes(to: &writer)
            writeChunkOffsets(to: &writer)
        }
    }

    /// 8.6.1.2, Decoding Time to Sample Box.
    private func writeTimes(to writer: inout BoxWriter) {
        var durations = table.durations
        if table.sampleCount > 0 { durations.append(table.lastDuration) }
        writer.fullBox("stts") { writer in
            writer.append(UInt32(clamping: durations.entries.count))
            for entry in durations.entries {
                writer.append(entry.count)
                writer.append(entry.value)
            }
        }
    }

    /// 8.6.1.3, Composition Time to Sample Box; version 1 only where an offset is negative.
    private func writeCompositionOffsets(to writer: inout BoxWriter) {
        let entries = table.compositionOffsets.entries
        guard entries.contains(where: { $0.value != 0 }) else { return }
        let isSigned = entries.contains { $0.value < 0 }
        writer.fullBox("ctts", version: isSigned ? 1 : 0) { writer in
            writer.append(UInt32(clamping: entries.count))
            for entry in entries {
                writer.append(entry.count)
                writer.append(entry.value)
            }
        }
    }

    /// 8.6.2, Sync Sample Box; without it every sample is one.
    private func writeSyncSamples(to writer: inout BoxWriter) {
        guard table.syncSampleCount < table.sampleCount else { return }
        writer.fullBox("stss") { writer in
            writer.append(UInt32(clamping: table.syncSamples.count))
            for number in table.syncSamples { writer.append(number) }
        }
    }

    /// 8.7.4, Sample To Chunk Box: one chunk per run.
    private func writeChunkLengths(to writer: inout BoxWriter) {
        var entries: [(first: UInt32, count: UInt32, entry: UInt32)] = []
        for (index, chunk) in table.chunks.enumerated()
        where entries.last?.count != chunk.sampleCount || entries.last?.entry != chunk.entry {
            entries.append((UInt32(clamping: index + 1), chunk.sampleCount, chunk.entry))
        }
        writer.fullBox("stsc") { writer in
            writer.append(UInt32(clamping: entries.count))
            for entry in entries {
                writer.append(entry.first)
                writer.append(entry.count)
                writer.append(entry.entry)
            }
        }
    }

    /// 8.7.3.2, Sample Size Box.
    private func writeSizes(to writer: inout BoxWriter) {
        let first = table.sizes.first ?? 0
        let isUniform = table.sizes.allSatisfy { $0 == first }
        writer.fullBox("stsz") { writer in
            writer.append(isUniform ? first : 0)
            writer.append(UInt32(clamping: table.sizes.count))
            if !isUniform { for size in table.sizes { writer.append(size) } }
        }
    }

    /// 8.7.5, Chunk Offset Box; 64 bits only where an offset needs them.
    private func writeChunkOffsets(to writer: inout BoxWriter) {
        let isLong = base + (table.chunks.last?.offset ?? 0) > UInt64(UInt32.max)
        writer.fullBox(isLong ? "co64" : "stco") { writer in
            writer.append(UInt32(clamping: table.chunks.count))
            for chunk in table.chunks {
                if isLong {
                    writer.append(base + chunk.offset)
                } else {
                    writer.append(UInt32(clamping: base + chunk.offset))
                }
            }
        }
    }
}
