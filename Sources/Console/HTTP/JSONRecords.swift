// Lists of clips and gaps as JSON, a member a line; a test holds them against what Swift's own encoder
// makes of the same records.

extension ClipPage: JSONRecord {
    func write(to text: inout JSONText) {
        text.field("clips", clips)
        text.field("next", next)
        text.field("total", total)
        text.field("total_bytes", totalBytes)
    }
}

extension ClipRecord: JSONRecord {
    func write(to text: inout JSONText) {
        text.field("bytes", bytes)
        text.field("camera", camera)
        text.field("clock_uncertain", clockUncertain)
        text.field("end", end)
        text.field("id", id)
        text.field("lost_packets", lostPackets)
        text.field("open", open)
        text.field("path", path)
        text.field("protected", protected)
        text.field("seconds", seconds)
        text.field("start", start)
    }
}

extension Timeline: JSONRecord {
    func write(to text: inout JSONText) {
        text.field("from", from)
        text.field("lanes", lanes)
        text.field("oldest", oldest)
        text.field("to", to)
    }
}

extension Timeline.Lane: JSONRecord {
    func write(to text: inout JSONText) {
        text.field("camera", camera)
        text.field("clips", clips)
        text.field("configured", configured)
        text.field("deleted_soon_before", deletedSoonBefore)
        text.field("gaps", gaps)
        text.field("protections", protections)
    }
}

extension Timeline.Span: JSONRecord {
    func write(to text: inout JSONText) {
        text.field("bytes", bytes)
        text.field("end", end)
        text.field("id", id)
        text.field("open", open)
        text.field("seconds", seconds)
        text.field("start", start)
    }
}

extension GapRecord: JSONRecord {
    func write(to text: inout JSONText) {
        text.field("camera", camera)
        text.field("cause", cause)
        text.field("detail", detail)
        text.field("end", end)
        text.field("start", start)
    }
}

extension ProtectionRecord: JSONRecord {
    func write(to text: inout JSONText) {
        text.field("bytes", bytes)
        text.field("camera", camera)
        text.field("from", from)
        text.field("note", note)
        text.field("number", number)
        text.field("to", to)
    }
}
