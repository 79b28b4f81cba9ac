import Platform

@testable import Console

/// A browser or a program at a console with real sockets, which may also say what none would.
struct WebClient {
    let port: Int
    /// What the last login gave: `sid=...`.
    var cookie: String?
    /// The address of this machine that it comes from.
    var address: String?

    init(port: Int) { self.port = port }

    /// What the page's own requests say of where they come from.
    var origin: String { "http://localhost:\(port)" }

    /// Sends a request on a connection of its own; returns the whole answer, empty if there is none.
    func ask(
        _ method: String, _ path: String, headers: [String] = [], json: String? = nil,
        host: String? = "localhost"
    ) -> String {
        var lines = ["\(method) \(path) HTTP/1.1", "Connection: close"]
        if let host { lines.append("Host: \(host):\(port)") }
        if let cookie { lines.append("Cookie: \(cookie)") }
        if let json {
            lines.append("Content-Length: \(json.utf8.count)")
            if !headers.contains(where: { $0.lowercased().hasPrefix("content-type:") }) {
                lines.append("Content-Type: application/json")
            }
        }
        return raw((lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + (json ?? ""))
    }

    /// Sends bytes and returns what is answered until the connection ends.
    func raw(_ text: String) -> String {
        guard let wire = Wire(port: port, from: address) else { return "" }
        wire.send(text)
        return wire.read(until: "\u{0}", within: 60)
    }

    /// Sets the first password with the link that the terminal shows; the client is logged in then.
    mutating func setUp(link: String?) {
        let token = link?.split(separator: "=").last ?? ""
        let answer = ask(
            "POST", "/api/v1/setup", headers: ["Origin: \(origin)"],
            json: #"{"token":"\#(token)","user":"anna","password":"\#(Bench.password)"}"#)
        take(answer)
    }

    /// Logs in.
    mutating func logIn(_ user: String = "anna", _ password: String = Bench.password) {
        take(
            ask(
                "POST", "/api/v1/login", headers: ["Origin: \(origin)"],
                json: #"{"user":"\#(user)","password":"\#(password)"}"#))
    }

    private mutating func take(_ answer: String) {
        let line = answer.split(separator: "\r\n").first {
            $0.lowercased().hasPrefix("set-cookie:")
        }
        cookie = line?.split(separator: ":", maxSplits: 1).last?
            .split(separator: ";").first.map { String($0.drop { $0 == " " }) }
    }
}

extension String {
    /// The status of an answer; 0 if there is none.
    var status: Int { Int(dropFirst("HTTP/1.1 ".count).prefix(3)) ?? 0 }
}
