/// A track's sample entry and what a decoder must be told before its first sample.
public struct SampleEntry: Hashable, Sendable {
    /// The entry's type: `avc1`, `hvc1`, `mp4v`, `mp4a`, `Opus`.
    public var type: FourCC
    /// The body of its `avcC`, `hvcC`, `esds` or `dOps` box; empty if it has none of them.
    public var setup: [UInt8]

    /// Boxes of sample entries that hold set-up bytes (ISO/IEC 14496-15, 14496-14; Opus in ISOBMFF).
    private static let setupBoxes: [FourCC] = ["avcC", "hvcC", "esds", "dOps"]

    /// Reads the first sample entries of all tracks, in the order of the `moov`.
    ///
    /// - Parameter bytes: boxes among which is a `moov`, such as an init segment.
    /// - Throws: `FormatError` if a box is missing or damaged.
    public static func all(in bytes: [UInt8]) throws(FormatError) -> [SampleEntry] {
        try bytes.withBytes { bytes throws(FormatError) in
            var entries: [SampleEntry] = []
            var boxes = BoxList(bytes)
            while let moov = try boxes.next() {
                guard moov.type == "moov" else { continue }
                var children = moov.children
                while let trak = try children.next() {
                    if trak.type == "trak" { entries.append(try SampleEntry(trak)) }
                }
            }
            return entries
        }
    }

    /// ISO/IEC 14496-12 8.5.2, Sample Description Box.
    private init(_ trak: Box) throws(FormatError) {
        let mdia = try trak.child("mdia")
        var handler = try mdia.child("hdlr").reader
        _ = try handler.take(8)
        let isVideo = FourCC(try handler.read()) == "vide"
        var entries = try mdia.child("minf").child("stbl").child("stsd").reader
        _ = try entries.take(8)
        let entry = try Box(try entries.take(entries.remaining))
        type = entry.type
        setup = []
        // 12.1.3 and 12.2.3: the fields of a visual and of an audio sample entry.
        var fields = entry.reader
        _ = try fields.take(isVideo ? 78 : 28)
        var boxes = BoxList(try fields.take(fields.remaining))
        while let box = try boxes.next() {
            if Self.setupBoxes.contains(box.type) { setup = Array(box.body) }
        }
    }
}

extension SampleEntry {
    /// The codec as RFC 6381 3.3 writes it, `avc1.64001f`; nil if browsers have no name for it.
    public var codecName: String? {
        switch type {
        case "avc1" where setup.count >= 4:
            "avc1." + setup[1...3].map { Self.hex($0) }.joined()
        case "hvc1" where setup.count >= 13: hevcName
        case "mp4a": elementaryName(of: "mp4a")
        case "mp4v": elementaryName(of: "mp4v")
        case "Opus": "opus"
        default: nil
        }
    }

    /// ISO/IEC 14496-15 E.3: profile, compatibility in reverse order, tier and level, constraints.
    private var hevcName: String {
        let space = ["", "A", "B", "C"][Int(setup[1] >> 6)]
        let flags = setup[2...5].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let reversed = (0..<32).reduce(UInt32(0)) { $0 << 1 | flags >> UInt32($1) & 1 }
        let tier = setup[1] & 0x20 == 0 ? "L" : "H"
        var constraints = Array(setup[6...11])
        while constraints.last == 0 { constraints.removeLast() }
        return "hvc1.\(space)\(setup[1] & 0x1f).\(String(reversed, radix: 16)).\(tier)\(setup[12])"
            + constraints.map { "." + String($0, radix: 16) }.joined()
    }

    /// The object type of an `esds` box and, for MPEG-4 sound, the audio object type
    /// (ISO/IEC 14496-1 7.2.6.5, 14496-3 1.6.2.1).
    private func elementaryName(of entry: String) -> String? {
        var rest = setup.dropFirst(4)
        func open(_ tag: UInt8, skipping count: Int) -> Bool {
            guard rest.first == tag else { return false }
            rest = rest.dropFirst()
            // A length takes up to four bytes, of which all but the last have the top bit set.
            while let byte = rest.first, byte & 0x80 != 0 { rest = rest.dropFirst() }
            rest = rest.dropFirst(1 + count)
            return true
        }
        guard open(3, skipping: 3), open(4, skipping: 0), let object = rest.first else {
            return nil
        }
        guard object == 0x40 else { return "\(entry)." + Self.hex(object).uppercased() }
        rest = rest.dropFirst(13)
        guard open(5, skipping: 0), rest.count >= 2 else { return "\(entry).40.2" }
        let first = rest[rest.startIndex]
        let second = rest[rest.startIndex + 1]
        let kind = first >> 3 == 31 ? 32 + (first & 7) << 3 + second >> 5 : first >> 3
        return "\(entry).40.\(kind)"
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
