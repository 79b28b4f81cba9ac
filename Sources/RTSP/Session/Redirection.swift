/// Where a redirection may lead (RFC 2326 11.3).
enum Redirection {
    /// How many are followed.
    static let limit = 3

    /// Returns the URL to go on with.
    ///
    /// Only another path, or another port of the same host, is followed, and never from TLS to
    /// clear text; credentials in a `Location` are ignored.
    ///
    /// - Throws: `redirectedElsewhere`, with scheme and port if it is not the host that differs.
    static func target(
        of location: String, from url: CameraURL, followed: Int
    ) throws(RTSPError) -> CameraURL {
        guard followed < limit else { throw .redirectLoop }
        let absolute = ControlURL.resolve(location, base: origin(of: url))
        guard !location.isEmpty, let target = try? CameraURL(parsing: absolute) else {
            throw .malformed(what: "a redirection to nowhere")
        }
        let isDowngrade = url.scheme == .rtsps && target.scheme == .rtsp
        guard target.host == url.host else { throw .redirectedElsewhere(host: target.host) }
        guard !isDowngrade else { throw .redirectedElsewhere(host: origin(of: target)) }
        return target
    }

    /// Scheme, host and port of a URL.
    static func origin(of url: CameraURL) -> String {
        String(url.requestURI.dropLast(url.pathAndQuery.count))
    }
}
