import ISOBMFF
import Testing

/// A file on a disk that does what a recovery plan says, and can fail in between.
struct CrashedDisk {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var plan: RecoveryPlan {
        get throws { try RecoveryPlan.make(for: MemoryBytes(bytes)) }
    }

    /// Follows plans until there is nothing left to do, and returns the last one.
    mutating func recover() throws -> RecoveryPlan {
        for _ in 0..<4 {
            let plan = try plan
            guard let last = states(following: plan).last else { return plan }
            bytes = last
        }
        Issue.record("recovery does not come to an end")
        return try plan
    }

    /// The file after each write that the plan asks for, torn writes included.
    func states(following plan: RecoveryPlan) -> [[UInt8]] {
        switch plan {
        case .alreadyFinal, .empty, .quarantine: return []
        case .restoreHeader(let offset, let header):
            var restored = bytes
            restored.replaceSubrange(Int(offset)..<Int(offset) + 8, with: header)
            return [restored]
        case .finalize(let length, _, let finalization):
            let cut = Array(bytes[..<Int(length)])
            return [cut] + Self.states(of: cut, finalizing: finalization)
        }
    }

    /// An open file after each step of finalizing it, torn writes of the tail included.
    static func states(of open: [UInt8], finalizing finalization: Finalization) -> [[UInt8]] {
        let tail = finalization.tail
        var states = [1, 7, 8, tail.count / 2, tail.count - 1, tail.count].map {
            open + tail[..<$0]
        }
        states.append(open + [UInt8](repeating: 0, count: tail.count))
        var final = open + tail
        let offset = Int(finalization.headerOffset)
        final.replaceSubrange(offset..<offset + 8, with: finalization.header)
        states.append(final)
        return states
    }
}

/// A sample as a reader of the file sees it.
struct SeenSample: Hashable {
    var track: UInt32
    var decodeTime: UInt64
    var compositionOffset: Int32
    var isSync: Bool
    var bytes: [UInt8]

    init(_ sample: PlacedSample, track: UInt32, in file: [UInt8]) {
        self.track = track
        decodeTime = sample.decodeTime
        compositionOffset = sample.compositionOffset
        isSync = sample.isSync
        bytes = Array(file[Int(sample.offset)..<Int(sample.offset) + Int(sample.size)])
    }

    /// All samples of a final file, as its `moov` tells of them.
    static func inFinal(_ file: [UInt8]) throws -> [SeenSample] {
        let source = MemoryBytes(file)
        guard try ClipEnd.read(from: source) != nil,
            case .final = try InitSegment.read(from: source).state
        else { throw FormatError.missing("uuid", in: "file") }
        let start = try #require(topLevelBoxes(of: file).last { $0.type == "moov" }).range
        let tracks = try file[start].withUnsafeBytes {
            try MovieSamples.read(moov: $0, fileByteCount: UInt64(file.count))
        }
        return tracks.flatMap { track in
            track.samples.map { SeenSample($0, track: track.trackID, in: file) }
        }
    }
}

/// The boxes of which a file consists, as far as they are whole.
func topLevelBoxes(of file: [UInt8]) -> [(type: FourCC, range: Range<Int>)] {
    var boxes: [(type: FourCC, range: Range<Int>)] = []
    file.withUnsafeBytes { bytes in
        var list = BoxList(bytes)
        var position = 0
        while let box = try? list.next() {
            boxes.append((box.type, position..<position + box.bytes.count))
            position += box.bytes.count
        }
    }
    return boxes
}
