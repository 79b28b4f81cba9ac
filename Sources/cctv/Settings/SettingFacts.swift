// What a form must know of a setting besides its value.
extension SettingKind {
    /// The kind's stable name for programs.
    var word: String {
        switch self {
        case .text, .name: "text"
        case .secret: "secret"
        case .path: "path"
        case .url: "url"
        case .boolean: "boolean"
        case .whole: "whole"
        case .number: "number"
        case .numberOrOff: "number_or_off"
        case .choice: "choice"
        case .bitrate: "bitrate"
        case .address: "address"
        case .cameras: "cameras"
        }
    }

    /// The least and the greatest number allowed.
    var bounds: ClosedRange<Double>? {
        switch self {
        case .whole(let range, _), .bitrate(let range):
            Double(range.lowerBound)...Double(range.upperBound)
        case .number(let range, _), .numberOrOff(let range, _): range
        default: nil
        }
    }

    /// What a number counts.
    var unit: String? {
        switch self {
        case .whole(_, let unit), .number(_, let unit), .numberOrOff(_, let unit): unit
        case .bitrate: "bits per second"
        default: nil
        }
    }

    /// The words allowed.
    var choices: [String]? { if case .choice(let words) = self { words } else { nil } }

    /// A word as the file's JSON: numbers and booleans without quotes.
    func json(of word: String) -> JSON {
        switch self {
        case .whole, .number, .numberOrOff, .boolean, .cameras:
            (try? JSONReader.read(Array(word.utf8))) ?? JSON(word)
        default: JSON(word)
        }
    }
}

extension SettingsKey {
    /// The settings that are taken over at the next start only.
    static let needingRestart = [
        outputFolder, deleteCheckInterval, recordAtStart, listen, web, logFile, tls, tlsCertificate,
        tlsKey, hsts, trustedProxies, hostNames,
    ].map(\.name)

    /// The settings of a camera that do not concern its session.
    static let ofRetention = [maxSize, maxAge].map(\.name)
}
