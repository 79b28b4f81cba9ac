import ISOBMFF
import TestSupport
import Testing

@Suite struct FuzzTests {
    static let iterations = Chosen.fuzzIterations
    /// Makes the seeds of the tests others.
    static let variation = Chosen.seed ?? 0

    /// Clips in every state: what a disk may hold before something damages it.
    static func seeds() throws -> [[UInt8]] {
        var seeds: [[UInt8]] = []
        for (index, recipe) in FinalizeTests.recipes.enumerated() {
            var small = recipe
            small.fragmentCount = 2
            small.framesPerFragment = 3
            small.largestSample = 40
            let clip = try TestClip(seed: UInt64(index), small)
            let tail = try clip.finalization.tail
            seeds += [clip.openBytes, try clip.finalBytes, clip.openBytes + tail]
        }
        return seeds
    }

    @Test func `damaged clips never crash, hang or ask for much memory`() throws {
        var random = SeededGenerator(seed: 0xC11F &+ Self.variation)
        let seeds = try Self.seeds()
        var largest = 0
        for iteration in 0..<(Self.iterations ?? 4000) {
            let bytes = mutated(seeds, iteration: iteration, using: &random)
            let source = CountingBytes(bytes)
            let verification = try ClipVerification(of: source)
            #expect(verification.findings.count <= ClipVerification.maximumFindingCount)
            var disk = CrashedDisk(bytes)
            let plan = try disk.recover()
            if case .alreadyFinal = plan {
                // Whatever the damage, what recovery makes of it is a readable clip.
                let samples = try SeenSample.inFinal(disk.bytes)
                #expect(samples.count <= bytes.count)
                largest = max(largest, disk.bytes.count)
            }
        }
        #expect(largest < 64 << 10)
    }

    @Test func `damaged boxes are errors or values, never traps`() throws {
        var random = SeededGenerator(seed: 0xB0C5 &+ Self.variation)
        let seeds = try Self.seeds()
        let tracks = try InitSegment.read(from: MemoryBytes(seeds[0])).segment.tracks
        let header = ClipHeader(
            cameraName: "", startUTC: 0, startMonotonic: 0, bootID: [], sequence: 0)
        for iteration in 0..<(Self.iterations ?? 20_000) {
            let seed = seeds[iteration % seeds.count]
            let boxes = topLevelBoxes(of: seed)
            let box = boxes[Int.random(in: 0..<boxes.count, using: &random)]
            var bytes = Array(seed[box.range])
            mutate(&bytes, using: &random)
            bytes.withUnsafeBytes { bytes in
                if let fragment = try? MovieFragment(bytes, tracks: tracks) {
                    let count = fragment.runs.reduce(0) { $0 + $1.samples.count }
                    #expect(count <= MovieFragment.maximumSampleCount)
                    var tables = SampleTables(tracks: tracks)
                    try? tables.append(
                        runs: fragment.runs, at: .random(in: 0 ... .max, using: &random))
                }
                _ = try? MovieSamples.read(moov: bytes, fileByteCount: 10_000)
            }
            // The muxer's bytes: a whole ftyp, and a damaged moov.
            let ftyp = Array(seed[boxes[0].range])
            if let segment = try? (ftyp + bytes).withUnsafeBytes({
                try InitSegment(muxerBytes: $0, header: header)
            }) {
                _ = try? Finalization(
                    initSegment: segment, tables: SampleTables(tracks: segment.tracks),
                    end: ClipEnd(
                        tables: SampleTables(tracks: []), endUTC: 0, endMonotonic: 0,
                        reason: .other),
                    endOffset: 5000)
            }
        }
    }

    private func mutated(
        _ seeds: [[UInt8]], iteration: Int, using random: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = seeds[iteration % seeds.count]
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            let other = seeds.randomElement(using: &random) ?? bytes
            let from = Int.random(in: 0..<other.count, using: &random)
            bytes = Array(
                bytes[..<Int.random(in: 0..<bytes.count, using: &random)] + other[from...])
        case 1: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
        default: mutate(&bytes, using: &random)
        }
        return bytes
    }

    /// Flips bits, sets numbers to extremes or cuts, a few times.
    private func mutate(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        let extremes: [UInt8] = [0, 1, 0x7f, 0x80, 0xff]
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
            case 1:
                for next in index..<min(index + 4, bytes.count) {
                    bytes[next] = extremes.randomElement(using: &random) ?? 0
                }
            case 2: bytes[index] = UInt8.random(in: 0...255, using: &random)
            default: if bytes.count > 16, index % 8 == 0 { bytes.removeLast(8) }
            }
        }
    }
}

/// Bytes that notice a reader who goes round in circles.
final class CountingBytes: RandomAccess {
    private let bytes: MemoryBytes
    private var readCount: UInt64 = 0

    init(_ bytes: [UInt8]) { self.bytes = MemoryBytes(bytes) }

    var byteCount: UInt64 { bytes.byteCount }

    func read(
        at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(ReadError) -> Int {
        let count = try bytes.read(at: offset, into: buffer)
        readCount += UInt64(count)
        guard readCount <= 100 * byteCount + 4096 else {
            throw ReadError(offset: offset, reason: "the file is read over and over")
        }
        return count
    }
}
