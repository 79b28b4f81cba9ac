/// What a setting may be: reads it from JSON or from a word, and says what is allowed.
enum SettingKind: Sendable, Equatable {
    case text
    case secret
    case path
    case url
    case name
    case boolean
    case whole(ClosedRange<Int>, String)
    case number(ClosedRange<Double>, String)
    case numberOrOff(ClosedRange<Double>, String)
    case choice([String])
    case bitrate(ClosedRange<Int>)
    case address
    case cameras

    /// What is allowed, as an error and the reference page say it.
    var allowed: String {
        switch self {
        case .text: "text"
        case .secret: "text"
        case .path: "a path of this machine"
        case .url: "rtsp://HOST[:PORT]/PATH or rtsps://HOST[:PORT]/PATH"
        case .name: "1 to 32 of the letters a-z, digits and '-'"
        case .boolean: "true or false"
        case .whole(let range, let unit):
            "a whole number from \(range.lowerBound) to \(range.upperBound) (\(unit))"
        case .number(let range, let unit):
            "a number from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound)) (\(unit))"
        case .numberOrOff(let range, let unit):
            "off, or \(Self.number(range, unit).allowed)"
        case .choice(let words):
            words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        case .bitrate(let range):
            "bits per second from \(range.lowerBound / 1000)k to \(range.upperBound / 1000)k"
        case .address: "HOST:PORT, the port from 1 to 65535"
        case .cameras: "a list of objects with NAME and RTSP_URL"
        }
    }

    /// Reads a value that is spelt as a word: a flag, the environment, a default, a JSON string.
    ///
    /// Returns nil for what is not allowed.
    func value(of word: String) -> SettingValue? {
        switch self {
        case .text, .secret, .url: return .text(word)
        case .path: return word.isEmpty || Self.isWindowsPath(word) ? nil : .text(word)
        case .name: return Self.isName(word) ? .text(word) : nil
        case .boolean:
            switch word.lowercased() {
            case "true", "yes", "on", "1": return .boolean(true)
            case "false", "no", "off", "0": return .boolean(false)
            default: return nil
            }
        case .whole(let range, _):
            guard let number = Int(word: word), range.contains(number) else { return nil }
            return .whole(number)
        case .number(let range, _):
            guard let number = Double(word), range.contains(number) else { return nil }
            return .number(number)
        case .numberOrOff(let range, let unit):
            return word.lowercased() == "off" ? .off : Self.number(range, unit).value(of: word)
        case .choice(let words):
            return words.first { $0.lowercased() == word.lowercased() }.map { .text($0) }
        case .bitrate(let range):
            let kilo = word.last == "k" || word.last == "K"
            guard let number = Int(kilo ? String(word.dropLast()) : word),
                case let (bits, overflow) = number.multipliedReportingOverflow(by: kilo ? 1000 : 1),
                !overflow, range.contains(bits)
            else { return nil }
            return .whole(bits)
        case .address: return ListenAddress(word).map { .address($0) }
        case .cameras: return nil
        }
    }

    /// Reads a value of the settings file; a number between quotes is taken as the number.
    func value(of json: JSON) -> SettingValue? {
        switch (json.content, self) {
        case (.string(let word), _): value(of: word)
        case (.boolean(let boolean), .boolean): .boolean(boolean)
        case (.boolean(false), .numberOrOff), (.null, .numberOrOff): .off
        case (.number(let digits), .whole), (.number(let digits), .number),
            (.number(let digits), .numberOrOff), (.number(let digits), .bitrate):
            value(of: digits)
        default: nil
        }
    }

    private static func isName(_ word: String) -> Bool {
        (1...32).contains(word.utf8.count)
            && word.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }

    /// `C:\Users`: the predecessor also ran on Windows, and its example file says so.
    private static func isWindowsPath(_ word: String) -> Bool {
        let start = Array(word.utf8.prefix(3))
        return start.count == 3 && start[1] == UInt8(ascii: ":") && start[2] == UInt8(ascii: "\\")
    }

    private static func text(_ number: Double) -> String { decimal(number, places: 3) }
}

extension Int {
    /// A whole number however it is written: `600`, `6e2`, `600.0`.
    fileprivate init?(word: String) {
        if let whole = Int(word) {
            self = whole
        } else if let number = Double(word), let whole = Int(exactly: number) {
            self = whole
        } else {
            return nil
        }
    }
}

/// A setting's value once it has been read and found allowed.
enum SettingValue: Sendable, Equatable {
    case text(String)
    case whole(Int)
    case number(Double)
    case boolean(Bool)
    case address(ListenAddress)
    /// The word `off` where a number may stand.
    case off
}

/// A host and a port to listen on: `127.0.0.1:8480`, `[::1]:8480`, `:8480`.
struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// A name or an address without brackets; empty for every address of the machine.
    let host: String
    let port: UInt16

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]),
            port > 0
        else { return nil }
        var host = text[..<colon]
        let bracketed = host.first == "[" && host.last == "]"
        if bracketed { host = host.dropFirst().dropLast() }
        guard host.contains(":") == bracketed,
            !host.contains(where: { $0.isWhitespace || $0 == "/" })
        else { return nil }
        self.host = String(host)
        self.port = port
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
