import Testing

@testable import Console

/// What is sent of a file that is put together.
struct FileLayoutTests {
    /// Five bytes in front, then 10 to 19, 40 and 30 to 39 of the file.
    private let layout = FileLayout(head: [1, 2, 3, 4, 5], stretches: [10..<20, 40..<41, 30..<40])

    @Test func `every part is the bytes that the whole has there`() {
        let whole = bytes(of: 0..<layout.byteCount)
        #expect(whole.count == 26)
        for start in 0..<26 {
            for end in start...26 {
                #expect(
                    bytes(of: Int64(start)..<Int64(end)) == Array(whole[start..<end]),
                    "\(start)..<\(end)")
            }
        }
    }

    @Test func `a file as it is is one stretch, an empty one none`() {
        #expect(FileLayout(wholeOf: 1000).sources(of: 500..<1000) == [.file(500..<1000)])
        #expect(FileLayout(wholeOf: 0).byteCount == 0)
        #expect(FileLayout(wholeOf: 0).sources(of: 0..<0).isEmpty)
    }

    /// Bytes in front as they are, those of the file as their place.
    private func bytes(of range: Range<Int64>) -> [Int] {
        layout.sources(of: range).flatMap { source in
            switch source {
            case .head(let part): layout.head[part].map(Int.init)
            case .file(let part): part.map(Int.init)
            }
        }
    }
}
