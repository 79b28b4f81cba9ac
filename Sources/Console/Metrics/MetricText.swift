/// Builds text in Prometheus' exposition format 0.0.4.
struct MetricText {
    /// The media type of the text.
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    /// Writes a metric with one value.
    mutating func add(_ metric: Metric, _ value: Double?) {
        guard let value else { return }
        add(metric, [([], value)])
    }

    /// Writes a metric with a value for each set of labels; nothing if there is none.
    mutating func add(_ metric: Metric, _ samples: [(labels: [(String, String)], value: Double)]) {
        guard !samples.isEmpty else { return }
        head(metric)
        for sample in samples { line(metric.name, sample.labels, sample.value) }
    }

    /// Writes a histogram: its buckets hold what is at most their bound.
    mutating func add(_ metric: Metric, _ histogram: RecorderCounters.Histogram) {
        head(metric)
        var count: UInt64 = 0
        for (bound, calls) in zip(histogram.bounds, histogram.counts) {
            count += calls
            line("\(metric.name)_bucket", [("le", Self.text(bound))], Double(count))
        }
        count += histogram.counts.last ?? 0
        line("\(metric.name)_bucket", [("le", "+Inf")], Double(count))
        line("\(metric.name)_sum", [], histogram.sum)
        line("\(metric.name)_count", [], Double(count))
    }

    private mutating func head(_ metric: Metric) {
        text +=
            "# HELP \(metric.name) \(metric.help)\n# TYPE \(metric.name) \(metric.kind.rawValue)\n"
    }

    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(Self.text(value))\n"
    }

    /// Backslash, quote and line feed are what a label's value must not hold as they are.
    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }

    /// Whole numbers without a point, as far as a double holds them exactly.
    private static func text(_ value: Double) -> String {
        if value.magnitude < 9_007_199_254_740_992, value == value.rounded() {
            return "\(Int64(value))"
        }
        return "\(value)"
    }
}
