/// Damages bytes as networks, editors and attackers do, the same way for the same seed.
public struct Mutator {
    private var random: SeededGenerator
    private let corpus: [[UInt8]]

    /// A mutator of these examples, of which there is at least one.
    public init(seed: UInt64, corpus: [[UInt8]]) {
        random = SeededGenerator(seed: seed)
        self.corpus = corpus
    }

    /// Returns an example with up to eight damages.
    public mutating func next() -> [UInt8] { damaged(example()) }

    /// Returns these bytes with up to eight damages; the examples lend pieces.
    public mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...8, using: &random) { damage(&bytes) }
        return bytes
    }

    /// Returns the same as a text; what is not UTF-8 is replaced.
    public mutating func nextText() -> String { String(decoding: next(), as: UTF8.self) }

    private mutating func example() -> [UInt8] { corpus.randomElement(using: &random) ?? [] }

    private mutating func damage(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 1...16, using: &random))
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes.removeSubrange(place..<end)
        case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 2: bytes.insert(.random(in: .min ... .max, using: &random), at: place)
        case 3 where place < bytes.count:
            bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 4:
            let other = example()
            let from = Int.random(in: 0...other.count, using: &random)
            bytes.replaceSubrange(place..<end, with: other[from...].prefix(16))
        case 5:
            let numbers = ["0", "-1", "9223372036854775808", "1e309", "\u{0}", "\\u0000", "%00"]
            bytes.insert(contentsOf: (numbers.randomElement(using: &random) ?? "0").utf8, at: place)
        default: bytes.removeSubrange(end...)
        }
    }
}
