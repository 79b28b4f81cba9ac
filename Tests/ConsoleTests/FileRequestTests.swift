import Testing

@testable import Console

/// RFC 9110, 13 and 14.
struct FileRequestTests {
    static let modified = "Sun, 23 Feb 2025 09:00:00 GMT"

    private func answer(_ request: FileRequest, length: Int64 = 1000) -> FileAnswer {
        request.answer(entityTag: "\"v1\"", modified: Self.modified, length: length)
    }

    @Test(arguments: [
        ("bytes=0-499", FileAnswer.part(0..<500)), ("bytes=500-", .part(500..<1000)),
        ("bytes=-300", .part(700..<1000)), ("bytes=-5000", .part(0..<1000)),
        ("bytes=999-", .part(999..<1000)), ("bytes=0-5000", .part(0..<1000)),
        ("Bytes = 0 - 0", .part(0..<1)), ("bytes=1000-", .unsatisfiable),
        ("bytes=1000-1001", .unsatisfiable), ("bytes=-0", .unsatisfiable),
        ("bytes=99999999999999999999-", .unsatisfiable),
        ("bytes=0-99999999999999999999", .part(0..<1000)),
        ("bytes=500-400", .whole), ("bytes=-", .whole), ("bytes=", .whole), ("bytes=a-b", .whole),
        ("bytes=0-1,5-6", .whole), ("items=0-1", .whole), ("bytes=1-2-3", .whole), ("", .whole),
    ])
    func `a range is what RFC 9110 says`(range: String, expected: FileAnswer) {
        #expect(answer(FileRequest(range: range)) == expected)
    }

    @Test func `an empty file has no range`() {
        #expect(answer(FileRequest(range: "bytes=0-"), length: 0) == .unsatisfiable)
        #expect(answer(FileRequest(range: "bytes=-1"), length: 0) == .unsatisfiable)
        #expect(answer(FileRequest(), length: 0) == .whole)
    }

    @Test func `a range of HEAD is ignored`() {
        #expect(answer(FileRequest(isGet: false, range: "bytes=0-1")) == .whole)
    }

    @Test(arguments: [
        ("\"v1\"", FileAnswer.part(0..<2)), (Self.modified, .part(0..<2)),
        ("\"v2\"", .whole), ("W/\"v1\"", .whole), ("Sun, 23 Feb 2025 09:00:01 GMT", .whole),
    ])
    func `a part is sent only of the version that the client has`(
        ifRange: String, expected: FileAnswer
    ) {
        #expect(answer(FileRequest(range: "bytes=0-1", ifRange: ifRange)) == expected)
    }

    @Test(arguments: [
        ("\"v1\"", true), ("W/\"v1\"", true), ("*", true), ("\"v0\", \"v1\"", true),
        ("\"v2\"", false), ("v1", false), ("", false),
    ])
    func `a copy that is the same is not sent again`(ifNoneMatch: String, isSame: Bool) {
        #expect(
            answer(FileRequest(ifNoneMatch: ifNoneMatch)) == (isSame ? .notModified : .whole))
    }

    @Test func `a tag counts more than a date`() {
        #expect(answer(FileRequest(ifModifiedSince: Self.modified)) == .notModified)
        #expect(
            answer(FileRequest(ifNoneMatch: "\"v2\"", ifModifiedSince: Self.modified)) == .whole)
    }

    @Test func `a date is written as HTTP wants it`() {
        #expect(Timestamp.sample.httpDate == Self.modified)
        #expect(Timestamp("1970-01-01T00:00:00Z")?.httpDate == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(Timestamp("2024-02-29T23:59:59Z")?.httpDate == "Thu, 29 Feb 2024 23:59:59 GMT")
    }
}
