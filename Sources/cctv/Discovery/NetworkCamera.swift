/// A camera that answered on the network.
struct NetworkCamera: Equatable, Sendable {
    /// The address it answered from.
    var host: String
    /// What it calls itself; empty if it does not.
    var name: String
    /// The maker's name for the model; empty if unknown.
    var hardware: String
    /// Its ONVIF service address.
    var service: String
}

extension NetworkCamera {
    /// Reads an answer to a probe (WS-Discovery 1.0 5.3, ONVIF Core 7.3); empty if it is none.
    static func read(_ answer: String, from host: String) -> [NetworkCamera] {
        var cameras: [NetworkCamera] = []
        var path: [String] = []
        var (scopes, addresses) = ("", "")
        // A datagram is small, and no camera nests its answer deeply.
        for event in XMLEvents(answer) where path.count < 64 {
            switch event {
            case .begin(let name):
                path.append(name)
                if name == "ProbeMatch" { (scopes, addresses) = ("", "") }
            case .text(let text):
                if path.last == "Scopes" { scopes += text }
                if path.last == "XAddrs" { addresses += text }
            case .end(let name):
                if name == "ProbeMatch" {
                    cameras.append(camera(host, scopes: scopes, addresses: addresses))
                }
                if path.last == name { path.removeLast() }
            }
        }
        return cameras
    }

    private static func camera(
        _ host: String, scopes: String, addresses: String
    ) -> NetworkCamera {
        let services = addresses.split(whereSeparator: \.isWhitespace).map(String.init)
        return NetworkCamera(
            host: host, name: scope("name", in: scopes), hardware: scope("hardware", in: scopes),
            // A camera of several networks lists an address of each.
            service: services.first { $0.contains("//\(host)") } ?? services.first ?? "")
    }

    /// The value of a scope: `onvif://www.onvif.org/name/Front%20door`.
    private static func scope(_ kind: String, in scopes: String) -> String {
        let mark = "onvif://www.onvif.org/\(kind)/"
        for scope in scopes.split(whereSeparator: \.isWhitespace)
        where scope.lowercased().hasPrefix(mark) {
            return unescaped(scope.dropFirst(mark.count))
        }
        return ""
    }

    /// Resolves percent escapes (RFC 3986 2.1).
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
