/// What is sent of a file: some bytes that it does not have, then stretches of it, one after the other.
public struct FileLayout: Hashable, Sendable {
    /// The bytes in front.
    public let head: [UInt8]
    /// Stretches of the file in the order in which they are sent, in bytes; none is empty.
    public let stretches: [Range<Int64>]
    /// Where each stretch ends in what is sent.
    private let ends: [Int64]

    /// Bytes of all that is sent.
    public let byteCount: Int64

    /// The first bytes of a file as they are.
    public init(wholeOf length: Int64) {
        self.init(head: [], stretches: length > 0 ? [0..<length] : [])
    }

    /// Bytes in front and stretches of the file.
    public init(head: [UInt8], stretches: [Range<Int64>]) {
        self.head = head
        self.stretches = stretches.filter { !$0.isEmpty }
        var end = Int64(head.count)
        ends = self.stretches.map { stretch in
            end += Int64(stretch.count)
            return end
        }
        byteCount = end
    }

    /// Where the next bytes come from.
    enum Source: Hashable, Sendable {
        /// These bytes of `head`.
        case head(Range<Int>)
        /// These bytes of the file.
        case file(Range<Int64>)
    }

    /// Where a part of what is sent lies, in order.
    ///
    /// - Parameter range: within `0..<byteCount`.
    func sources(of range: Range<Int64>) -> [Source] {
        var found: [Source] = []
        let front = range.clamped(to: 0..<Int64(head.count))
        if !front.isEmpty { found.append(.head(Int(front.lowerBound)..<Int(front.upperBound))) }
        var place = max(range.lowerBound, Int64(head.count))
        var index = firstStretch(endingAfter: place)
        while place < range.upperBound, index < stretches.count {
            let end = min(ends[index], range.upperBound)
            let fromEnd = ends[index] - place
            let start = stretches[index].upperBound - fromEnd
            found.append(.file(start..<start + end - place))
            place = end
            index += 1
        }
        return found
    }

    private func firstStretch(endingAfter place: Int64) -> Int {
        var (low, high) = (0, ends.count)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] <= place { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
