/// A request of RTSP/1.0 (RFC 2326 6); either side may send one.
public struct RTSPRequest: Equatable, Sendable {
    /// The method in capitals: `DESCRIBE`.
    public var method: String
    /// What it is about: an absolute URI, or `*`.
    public var uri: String
    /// The header lines; `Content-Length` is added when the request is serialized.
    public var headers: HeaderFields
    /// The body, usually empty.
    public var body: [UInt8]

    /// A request from its parts.
    public init(
        method: String, uri: String, headers: HeaderFields = HeaderFields(), body: [UInt8] = []
    ) {
        self.method = method
        self.uri = uri
        self.headers = headers
        self.body = body
    }

    /// The value of `CSeq`; nil if there is none or it is no number.
    public var sequence: Int? { headers["CSeq"].flatMap { Int($0) } }

    /// Returns the request as it goes over the wire.
    public func serialized() -> [UInt8] {
        let line = "\(method) \(uri) RTSP/1.0".withoutControlCharacters
        return RTSPMessage.serialize(line, headers, body)
    }
}

/// An answer of RTSP/1.0 (RFC 2326 7).
public struct RTSPResponse: Equatable, Sendable {
    /// The status, 100 to 999.
    public var status: Int
    /// The words behind the status.
    public var reason: String
    /// The header lines; `Content-Length` is added when the response is serialized.
    public var headers: HeaderFields
    /// The body.
    public var body: [UInt8]

    /// A response from its parts; the usual words are used unless others are given.
    public init(
        status: Int, reason: String? = nil, headers: HeaderFields = HeaderFields(),
        body: [UInt8] = []
    ) {
        self.status = status
        self.reason = reason ?? Self.usualReason(of: status)
        self.headers = headers
        self.body = body
    }

    /// A response to `request`, with its `CSeq` and `Session`.
    public init(to request: RTSPRequest, status: Int) {
        self.init(status: status)
        if let sequence = request.headers["CSeq"] { headers.append("CSeq", sequence) }
        if let session = request.headers["Session"] { headers.append("Session", session) }
    }

    /// The value of `CSeq`; nil if there is none or it is no number.
    public var sequence: Int? { headers["CSeq"].flatMap { Int($0) } }

    /// Returns the response as it goes over the wire.
    public func serialized() -> [UInt8] {
        let line = "RTSP/1.0 \(status) \(reason)".withoutControlCharacters
        return RTSPMessage.serialize(line, headers, body)
    }

    /// Returns the words of RFC 2326 7.1.1 for a status.
    public static func usualReason(of status: Int) -> String {
        switch status {
        case 200: "OK"
        case 301: "Moved Permanently"
        case 302: "Moved Temporarily"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 453: "Not Enough Bandwidth"
        case 454: "Session Not Found"
        case 455: "Method Not Valid in This State"
        case 459: "Aggregate Operation Not Allowed"
        case 461: "Unsupported Transport"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        default: "Status \(status)"
        }
    }
}

/// A request or a response.
public enum RTSPMessage: Equatable, Sendable {
    /// A request.
    case request(RTSPRequest)
    /// A response.
    case response(RTSPResponse)

    static func serialize(_ line: String, _ headers: HeaderFields, _ body: [UInt8]) -> [UInt8] {
        var bytes = Array(line.utf8)
        bytes += [0x0D, 0x0A]
        for field in headers.fields where !field.name.equalsIgnoringCase("Content-Length") {
            bytes += "\(field.name): \(field.value)\r\n".utf8
        }
        if !body.isEmpty { bytes += "Content-Length: \(body.count)\r\n".utf8 }
        return bytes + [0x0D, 0x0A] + body
    }
}
