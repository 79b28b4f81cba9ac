import Console
import FoundationEssentials

/// What a manifest tells of a finished export.
struct ExportManifestFacts: Decodable {
    private struct Interval: Decodable {
        var from: Timestamp
        var to: Timestamp
        var seconds: Double
    }

    private struct Origin: Decodable {
        var created: Timestamp
    }

    private var camera: String
    private var byteCount: Int64
    private var sha256: String
    private var requested: Interval
    private var exactStart: Bool
    private var presentedStart: Timestamp
    private var leadSeconds: Double
    private var covered: [Interval]
    private var gaps: [Interval]
    private var origin: Origin

    /// Reads a manifest; nil if it is none.
    init?(_ text: [UInt8]) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let facts = try? decoder.decode(Self.self, from: Data(text)) else { return nil }
        self = facts
    }

    /// The export as the console lists it.
    func record(id: Int64) -> ExportRecord {
        ExportRecord(
            id: id, camera: camera, from: requested.from, to: requested.to, exact: exactStart,
            created: origin.created, state: .finished, progress: 1, bytes: byteCount,
            sha256: sha256, start: presentedStart, end: covered.last?.to,
            leadSeconds: leadSeconds, gapSeconds: gaps.reduce(0) { $0 + $1.seconds })
    }
}
