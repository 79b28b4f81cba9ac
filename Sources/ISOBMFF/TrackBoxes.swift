extension TrackDescription {
    /// No clip has more tracks.
    static let maximumCount = 16

    /// Reads the tracks of an init segment's `moov`, in its order.
    ///
    /// - Throws: `FormatError` if a box is missing or damaged, or a track has no `trex`.
    static func all(in moov: Box) throws(FormatError) -> [TrackDescription] {
        var tracks: [TrackDescription] = []
        _ = try moov.child("mvhd")
        var boxes = moov.children
        while let box = try boxes.next() {
            guard box.type == "trak" else { continue }
            let track = try TrackDescription(trak: box)
            guard !tracks.contains(where: { $0.id == track.id }) else {
                throw .invalid("tkhd", "track \(track.id) is there twice")
            }
            tracks.append(track)
            guard tracks.count <= maximumCount else { throw .tooLarge("more than 16 tracks") }
        }
        guard !tracks.isEmpty else { throw .missing("trak", in: "moov") }
        var extends = try moov.child("mvex").children
        var extended: Set<UInt32> = []
        while let box = try extends.next() {
            guard box.type == "trex" else { continue }
            var reader = box.reader
            _ = try reader.versionAndFlags()
            let id = try reader.read(UInt32.self)
            _ = try reader.read(UInt32.self)
            let defaults = FragmentDefaults(
                duration: try reader.read(), size: try reader.read(), flags: try reader.read())
            guard let index = tracks.firstIndex(where: { $0.id == id }) else { continue }
            tracks[index].defaults = defaults
            extended.insert(id)
        }
        guard extended.count == tracks.count else { throw .missing("trex", in: "mvex") }
        let primary = tracks.firstIndex { $0.handler == "vide" } ?? 0
        tracks[primary].isPrimary = true
        return tracks
    }

    /// ISO/IEC 14496-12 8.3.1, Track Box.
    private init(trak: Box) throws(FormatError) {
        let mdia = try trak.child("mdia")
        let times = try MediaTimes(mdhd: try mdia.child("mdhd"))
        var handler = try mdia.child("hdlr").reader
        _ = try handler.take(8)
        self.init(
            id: try Self.trackID(try trak.child("tkhd")), timescale: times.timescale,
            isPrimary: false, handler: FourCC(try handler.read()), codec: "none")
        let table = try mdia.child("minf").child("stbl").child("stsd")
        var entries = table.reader
        _ = try entries.take(8)
        let entry = try Box(try entries.take(entries.remaining))
        codec = entry.type
        try readSampleEntry(entry)
    }

    /// 8.5.2, Sample Description Box: fields that all entries of a kind share.
    private mutating func readSampleEntry(_ entry: Box) throws(FormatError) {
        var reader = entry.reader
        switch handler {
        case "vide":
            _ = try reader.take(24)
            width = try reader.read()
            height = try reader.read()
        case "soun":
            _ = try reader.take(16)
            channels = try reader.read()
            _ = try reader.take(6)
            // A 16.16 number; rates beyond 65,535 Hz are told by the track's timescale.
            let rate = try reader.read(UInt32.self) >> 16
            sampleRate = rate > 0 ? rate : timescale
        default: break
        }
    }

    /// 8.3.2, Track Header Box.
    static func trackID(_ tkhd: Box) throws(FormatError) -> UInt32 {
        var reader = tkhd.reader
        let version = try reader.versionAndFlags().version
        _ = try reader.take(version == 1 ? 16 : 8)
        let id = try reader.read(UInt32.self)
        guard id > 0 else { throw .invalid("tkhd", "track number 0") }
        return id
    }
}

/// 8.4.2, Media Header Box, and the same fields of 8.2.2, Movie Header Box.
struct MediaTimes {
    var timescale: UInt32
    var duration: UInt64

    init(mdhd: Box) throws(FormatError) {
        var reader = mdhd.reader
        let version = try reader.versionAndFlags().version
        _ = try reader.take(version == 1 ? 16 : 8)
        timescale = try reader.read()
        duration = version == 1 ? try reader.read() : UInt64(try reader.read(UInt32.self))
        guard timescale > 0 else { throw .invalid(mdhd.type, "timescale 0") }
    }
}
