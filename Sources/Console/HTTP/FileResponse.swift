import Glibc
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import Platform

extension Response {
    /// Answers with a file, a part of it, or only what is known of it.
    ///
    /// The descriptor is closed when the answer is gone.
    ///
    /// - Parameter isDownload: whether a browser is to save it instead of showing it.
    static func file(
        _ file: ServedFile, to request: Request, isDownload: Bool = false
    ) -> Response {
        let descriptor = FileBytes(adopting: file.descriptor, layout: file.layout)
        let entityTag = "\"\(file.entityTag)\""
        let modified = file.modified.httpDate
        let length = file.layout.byteCount
        var headers: HTTPFields = [
            .contentType: file.mediaType,
            .eTag: entityTag,
            .lastModified: modified,
            .acceptRanges: "bytes",
            .cacheControl: file.grows ? "no-store" : "private, no-cache",
            .contentDisposition:
                "\(isDownload ? "attachment" : "inline"); filename=\"\(Self.safe(file.name))\"",
        ]
        let answer = FileRequest(
            isGet: request.method == .get, ifNoneMatch: request.headers[.ifNoneMatch],
            ifModifiedSince: request.headers[.ifModifiedSince], range: request.headers[.range],
            ifRange: request.headers[.ifRange]
        ).answer(entityTag: entityTag, modified: modified, length: length)
        switch answer {
        case .whole:
            return Response(
                status: .ok, headers: headers, body: descriptor.body(0..<length))
        case .part(let range):
            headers[.contentRange] =
                "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)"
            return Response(
                status: .partialContent, headers: headers, body: descriptor.body(range))
        case .notModified:
            headers[.contentType] = nil
            headers[.contentDisposition] = nil
            return Response(status: .notModified, headers: headers)
        case .unsatisfiable:
            var response = Problem(
                .rangeNotSatisfiable, "range.unsatisfiable",
                "The file has \(length) bytes, and none of those asked for."
            ).response
            response.headers[.contentRange] = "bytes */\(length)"
            return response
        }
    }

    /// A name that needs no quoting in a header and is no path.
    private static func safe(_ name: String) -> String {
        String(
            name.map { letter in
                letter.isASCII && (letter.isLetter || letter.isNumber || "-_.+".contains(letter))
                    ? letter : "_"
            })
    }
}

/// The bytes of an open file, read on NIO's threads.
private final class FileBytes: Sendable {
    /// Large enough that neither the system call nor the thread change counts, small enough that
    /// a client on a slow line costs little memory.
    private static let pieceLength = 256 << 10

    private let descriptor: OwnedDescriptor
    private let layout: FileLayout

    init(adopting number: Int32, layout: FileLayout) {
        descriptor = OwnedDescriptor(adopting: number)
        self.layout = layout
    }

    /// The body of an answer: the next piece is read while one is sent.
    func body(_ range: Range<Int64>) -> ResponseBody {
        guard !range.isEmpty else { return ResponseBody() }
        return ResponseBody(contentLength: range.count) { writer in
            var piece = try await self.piece(of: range)
            while true {
                let rest = piece.upperBound..<range.upperBound
                guard !rest.isEmpty else { break }
                async let next = self.piece(of: rest)
                try await writer.write(piece.bytes)
                piece = try await next
            }
            try await writer.write(piece.bytes)
            try await writer.finish(nil)
        }
    }

    private struct Piece: Sendable {
        var bytes: ByteBuffer
        var upperBound: Int64
    }

    private func piece(of range: Range<Int64>) async throws -> Piece {
        try await NIOThreadPool.singleton.runIfActive {
            let count = min(range.count, Self.pieceLength)
            let wanted = range.lowerBound..<range.lowerBound + Int64(count)
            var buffer = ByteBufferAllocator().buffer(capacity: count)
            for source in self.layout.sources(of: wanted) {
                switch source {
                case .head(let part): buffer.writeBytes(self.layout.head[part])
                case .file(let part): try self.read(part, into: &buffer)
                }
            }
            return Piece(bytes: buffer, upperBound: wanted.upperBound)
        }
    }

    /// Appends a stretch of the file.
    private func read(_ stretch: Range<Int64>, into buffer: inout ByteBuffer) throws {
        var place = stretch.lowerBound
        while place < stretch.upperBound {
            let count = try buffer.writeWithUnsafeMutableBytes(
                minimumWritableBytes: 0
            ) { space throws(SystemError) -> Int in
                let wanted = min(space.count, Int(stretch.upperBound - place))
                let count = pread(
                    self.descriptor.number, space.baseAddress, wanted, off_t(place))
                // A file that ends early ends the connection: its length was promised.
                guard count > 0 else {
                    throw SystemError(call: "pread", subject: "clip", code: count < 0 ? errno : EIO)
                }
                return count
            }
            place += Int64(count)
        }
    }
}
