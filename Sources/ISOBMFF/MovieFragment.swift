/// A parsed `moof`: the runs of samples it announces (ISO/IEC 14496-12 8.8.4).
public struct MovieFragment: Hashable, Sendable {
    /// No movie fragment may announce more samples; a hostile one could ask for any memory.
    public static let maximumSampleCount = 65_536

    /// The fragment's number (`mfhd`).
    public var sequence: UInt32
    /// The runs in the order of the file; `dataOffset` counts from the first byte of `moof`.
    public var runs: [TrackRun] = []

    /// Parses the `moof` box at the start of `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: the whole box.
    ///   - tracks: those of the clip's init segment; a fragment of another track is an error.
    /// - Throws: `FormatError` if a box is damaged, a sample has no bytes or no duration, or there
    ///   are more than `maximumSampleCount` samples.
    public init(
        _ bytes: UnsafeRawBufferPointer, tracks: [TrackDescription]
    ) throws(FormatError) {
        let moof = try Box(bytes)
        guard moof.type == "moof" else { throw .invalid(moof.type, "it is no movie fragment") }
        var header = try moof.child("mfhd").reader
        _ = try header.versionAndFlags()
        sequence = try header.read()
        var room = Self.maximumSampleCount
        var boxes = moof.children
        while let box = try boxes.next() {
            guard box.type == "traf" else { continue }
            let found = try TrackFragment(box, tracks: tracks, room: &room)
            runs.append(contentsOf: found.runs)
        }
        guard !runs.isEmpty else { throw .invalid("moof", "it announces no samples") }
    }
}

/// ISO/IEC 14496-12 8.8.6, Track Fragment Box.
private struct TrackFragment {
    var runs: [TrackRun] = []

    init(
        _ traf: Box, tracks: [TrackDescription], room: inout Int
    ) throws(FormatError) {
        let header = try TrackFragmentHeader(try traf.child("tfhd"), tracks: tracks)
        var decodeTime = try Self.decodeTime(try traf.child("tfdt"))
        // Data offsets count from the first byte of the moof.
        var position = 0
        var boxes = traf.children
        while let box = try boxes.next() {
            guard box.type == "trun" else { continue }
            let run = try Self.run(
                box, header: header, decodeTime: decodeTime, position: &position, room: &room)
            let (end, overflow) = decodeTime.addingReportingOverflow(run.duration)
            guard !overflow else { throw .invalid("tfdt", "time beyond 64 bits") }
            decodeTime = end
            if !run.samples.isEmpty { runs.append(run) }
        }
    }

    /// 8.8.12, Track Fragment Decode Time Box.
    private static func decodeTime(_ tfdt: Box) throws(FormatError) -> UInt64 {
        var reader = tfdt.reader
        let version = try reader.versionAndFlags().version
        return version == 0 ? UInt64(try reader.read(UInt32.self)) : try reader.read(UInt64.self)
    }

    /// 8.8.8, Track Fragment Run Box.
    private static func run(
        _ trun: Box, header: TrackFragmentHeader, decodeTime: UInt64, position: inout Int,
        room: inout Int
    ) throws(FormatError) -> TrackRun {
        var reader = trun.reader
        let (_, flags) = try reader.versionAndFlags()
        let count = Int(try reader.read(UInt32.self))
        guard count <= room else { throw .tooLarge("more samples than a fragment may have") }
        room -= count
        if flags & 0x1 != 0 {
            position = Int(try reader.read(Int32.self))
        }
        let firstFlags: UInt32? = flags & 0x4 != 0 ? try reader.read() : nil
        var run = TrackRun(
            trackID: header.track, baseDecodeTime: decodeTime, samples: [], dataOffset: position)
        run.samples.reserveCapacity(count)
        for index in 0..<count {
            let duration = flags & 0x100 != 0 ? try reader.read() : header.defaults.duration
            let size = flags & 0x200 != 0 ? try reader.read() : header.defaults.size
            var sampleFlags = flags & 0x400 != 0 ? try reader.read() : header.defaults.flags
            if index == 0, let firstFlags { sampleFlags = firstFlags }
            // Version 0 says unsigned; no writer means an offset beyond 31 bits.
            let offset = flags & 0x800 != 0 ? try reader.read(Int32.self) : 0
            guard size > 0 else { throw .invalid("trun", "a sample without bytes") }
            guard duration > 0, duration <= UInt32(Int32.max) else {
                throw .invalid("trun", "a sample of \(duration) ticks")
            }
            run.samples.append(
                TrackSample(
                    duration: duration, size: size, compositionOffset: offset,
                    isSync: sampleFlags & 0x1_0000 == 0))
            let (end, overflow) = position.addingReportingOverflow(Int(size))
            guard !overflow else { throw .invalid("trun", "data beyond 63 bits") }
            position = end
        }
        return run
    }
}

/// 8.8.7, Track Fragment Header Box.
private struct TrackFragmentHeader {
    let track: UInt32
    var defaults: FragmentDefaults

    init(_ tfhd: Box, tracks: [TrackDescription]) throws(FormatError) {
        var reader = tfhd.reader
        let (_, flags) = try reader.versionAndFlags()
        let id = try reader.read(UInt32.self)
        guard let known = tracks.first(where: { $0.id == id }) else {
            throw .invalid("tfhd", "track \(id) is none of the clip's")
        }
        track = id
        defaults = known.defaults
        guard flags & 0x02_0001 == 0x02_0000 else {
            throw .invalid("tfhd", "data offsets that do not count from the moof")
        }
        if flags & 0x2 != 0 { _ = try reader.read(UInt32.self) }
        if flags & 0x8 != 0 { defaults.duration = try reader.read() }
        if flags & 0x10 != 0 { defaults.size = try reader.read() }
        if flags & 0x20 != 0 { defaults.flags = try reader.read() }
    }
}
