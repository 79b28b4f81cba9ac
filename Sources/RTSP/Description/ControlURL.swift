/// Where requests about a session or one of its media go (RFC 2326 C.1.1).
enum ControlURL {
    /// Returns the URL that relative ones are joined to.
    static func base(of response: RTSPResponse, requestURI: String) -> String {
        for name in ["Content-Base", "Content-Location"] {
            if let value = response.headers[name], isAbsolute(value) { return value }
        }
        return requestURI
    }

    /// Returns `control` as an absolute URL.
    ///
    /// A relative one is appended to the whole base, its query included: that is what cameras
    /// expect whose stream is named by a query, against RFC 3986.
    static func resolve(_ control: String, base: String) -> String {
        if control.isEmpty || control == "*" { return base }
        if isAbsolute(control) { return control }
        if control.hasPrefix("/"), let scheme = base.range(of: "://") {
            let authority = base[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
            return base[..<authority.endIndex] + control
        }
        return base.hasSuffix("/") ? base + control : "\(base)/\(control)"
    }

    private static func isAbsolute(_ url: String) -> Bool {
        let start = url.prefix(8).lowercased()
        return start.hasPrefix("rtsp://") || start.hasPrefix("rtsps://")
    }
}

extension String {
    /// Returns where `text` is found first.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
