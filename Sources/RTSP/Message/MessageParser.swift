/// Reads one message off the front of received bytes.
///
/// Lenient where cameras are sloppy (bare line feeds, empty lines before a message, odd spaces,
/// lines without a colon), strict about sizes: nothing is allocated beyond what has arrived.
enum MessageParser {
    /// The longest header block, 16 KiB.
    static let headerLimit = 16 << 10
    /// The longest body, 1 MiB.
    static let bodyLimit = 1 << 20

    enum Result: Equatable {
        /// The message goes on behind the end of the bytes; so many are needed at least.
        case incomplete(needed: Int)
        /// A message of so many bytes.
        case message(RTSPMessage, length: Int)
        /// Line ends before a message.
        case blank(length: Int)
    }

    /// Returns the message at the start of `bytes`, which is not empty.
    ///
    /// - Throws: `malformed` if a limit is passed, `notRTSP` if the first line is not RTSP's.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(RTSPError) -> Result {
        let blank = bytes.prefix { $0 == 0x0D || $0 == 0x0A }.count
        guard blank == 0 else { return .blank(length: blank) }
        guard let end = endOfHeaders(bytes.prefix(headerLimit)) else {
            guard bytes.count < headerLimit else {
                throw .malformed(what: "a header of more than 16 KiB")
            }
            return .incomplete(needed: bytes.count + 1)
        }
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        var lines = text.utf8.split(separator: 0x0A).map { Substring($0).trimmed }[...]
        let first = lines.popFirst() ?? ""
        let headers = parseHeaders(lines)
        let bodyLength = try bodyLength(headers)
        let length = end + bodyLength
        guard bytes.count >= length else { return .incomplete(needed: length) }
        let body = Array(bytes[end..<length])
        return .message(try message(first, headers, body), length: length)
    }

    /// Returns the index behind the empty line that ends the header block.
    private static func endOfHeaders(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        var lineIsEmpty = false
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0A {
                if lineIsEmpty { return index + 1 }
                lineIsEmpty = true
            } else if byte != 0x0D {
                lineIsEmpty = false
            }
        }
        return nil
    }

    private static func parseHeaders(_ lines: ArraySlice<Substring>) -> HeaderFields {
        var headers = HeaderFields()
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].trimmed
            guard !name.isEmpty else { continue }
            headers.append(String(name), String(line[line.index(after: colon)...].trimmed))
        }
        return headers
    }

    private static func bodyLength(_ headers: HeaderFields) throws(RTSPError) -> Int {
        guard let value = headers["Content-Length"], !value.isEmpty else { return 0 }
        guard let length = Int(value), length >= 0 else {
            throw .malformed(what: "a Content-Length that is no number")
        }
        guard length <= bodyLimit else { throw .malformed(what: "a body of more than 1 MiB") }
        return length
    }

    private static func message(
        _ line: Substring, _ headers: HeaderFields, _ body: [UInt8]
    ) throws(RTSPError) -> RTSPMessage {
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2 else { throw .notRTSP }
        if parts[0].uppercased().hasPrefix("RTSP/") {
            guard let status = Int(parts[1]), (100...999).contains(status) else {
                throw .malformed(what: "a status line without a status")
            }
            let reason = parts.count > 2 ? String(parts[2].trimmed.prefix(80)) : ""
            return .response(
                RTSPResponse(
                    status: status, reason: reason.withoutControlCharacters, headers: headers,
                    body: body))
        }
        guard parts.count == 3, parts[2].trimmed.uppercased().hasPrefix("RTSP/") else {
            throw .notRTSP
        }
        return .request(
            RTSPRequest(
                method: parts[0].uppercased(), uri: String(parts[1]), headers: headers, body: body))
    }
}
