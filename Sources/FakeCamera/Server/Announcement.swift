internal import AVRemux

/// The SDP of a media (RFC 4566, RFC 2326 C.1), right or as a fault wants it.
enum Announcement {
    /// Returns the description, with one relative control URL per stream.
    static func text(of media: PacketizedMedia, fault: Fault?) -> String {
        var text = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=cctv fake camera\r\n"
        text += "c=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\na=range:npt=now-\r\n"
        for (index, stream) in media.streams.enumerated() {
            let lines = stream.section.split(separator: "\r\n")
            for line in lines { text += change(line, of: stream, fault: fault) + "\r\n" }
            text += "a=control:\(control(index))\r\n"
        }
        return text
    }

    /// The control URL of a stream, relative to the URL of the session.
    static func control(_ stream: Int) -> String { "trackID=\(stream)" }

    /// Returns the stream that a URL ends in, if it names one.
    static func stream(ofURL url: String) -> Int? {
        url.split(separator: "/").last.flatMap { name in
            name.hasPrefix("trackID=") ? Int(name.dropFirst("trackID=".count)) : nil
        }
    }

    private static func change(
        _ line: Substring, of stream: PacketizedMedia.Stream, fault: Fault?
    ) -> String {
        switch fault {
        case .noSpropParameterSets where line.hasPrefix("a=fmtp:"):
            return without("sprop-", line)
        case .noAACConfiguration where line.hasPrefix("a=fmtp:") && stream.kind == .audio:
            return without("config=", line)
        case .audioWrongRate where line.hasPrefix("a=rtpmap:") && stream.kind == .audio:
            return halvingRate(line)
        default: return String(line)
        }
    }

    /// Removes the format parameters whose names begin with `prefix`.
    private static func without(_ prefix: String, _ line: Substring) -> String {
        guard let space = line.firstIndex(of: " ") else { return String(line) }
        let parameters = line[space...].split(separator: ";").filter {
            !$0.drop { $0 == " " }.hasPrefix(prefix)
        }
        return line[..<space] + " "
            + parameters.map { String($0.drop { $0 == " " }) }
            .joined(separator: "; ")
    }

    /// Changes `a=rtpmap:97 MPEG4-GENERIC/48000/1` into `.../24000/1`.
    private static func halvingRate(_ line: Substring) -> String {
        var parts = line.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.count > 1, let rate = Int(parts[1]) { parts[1] = "\(rate / 2)" }
        return parts.joined(separator: "/")
    }
}
