// Changes to the text of a settings file: only the bytes that must change do, so that order, spaces
// and everything a person wrote stay.
extension SettingsFile {
    /// Where a key stands.
    enum Place: Equatable {
        case top
        /// In the entry of `CAMERAS` at this index.
        case camera(Int)
    }

    /// The entries of `CAMERAS`.
    var cameraEntries: [JSON] {
        members.first { $0.name == SettingsKey.cameras.name }?.value.elements ?? []
    }

    /// Sets a key: its value's bytes change, or it becomes the last of its object.
    ///
    /// - Throws: `SettingsError` if there is no such place; nothing has then changed.
    mutating func set(
        _ name: String, to value: JSON, at place: Place = .top
    ) throws(SettingsError) {
        let members = members(at: place)
        if let member = members.first(where: { $0.name == name }) {
            return try replace(member.value.bytes, with: value.spaced)
        }
        let line = "\(JSON.quoted(name)): \(value.spaced)"
        if let last = members.last {
            let end = last.value.bytes.upperBound
            let space = space(before: last.nameBytes.lowerBound)
            // The only key of an entry follows its brace and shows nobody's habit.
            let isUnknown = space.isEmpty && members.count == 1 && place != .top
            try replace(end..<end, with: "," + (isUnknown ? " " : space) + line)
        } else {
            let inside = inside(place)
            try replace(inside, with: place == .top ? "\n  \(line)\n" : line)
        }
    }

    /// Removes a key and its comma; one that is not there is no error.
    mutating func remove(_ name: String, at place: Place = .top) throws(SettingsError) {
        let members = members(at: place)
        guard let index = members.firstIndex(where: { $0.name == name }) else { return }
        try removeItem(
            index, of: members.map { $0.nameBytes.lowerBound..<$0.value.bytes.upperBound },
            inside: inside(place))
    }

    /// Appends an entry to `CAMERAS`, which is made if it is not there.
    mutating func addCamera(_ entry: JSON) throws(SettingsError) {
        guard let list = members.first(where: { $0.name == SettingsKey.cameras.name }),
            let entries = list.value.elements
        else {
            return try set(
                SettingsKey.cameras.name, toText: "[\n    \(entry.spaced)\n  ]")
        }
        if let last = entries.last {
            let end = last.bytes.upperBound
            let space = space(before: last.bytes.lowerBound)
            try replace(end..<end, with: "," + (space.isEmpty ? " " : space) + entry.spaced)
        } else {
            try replace(list.value.bytes, with: "[\n    \(entry.spaced)\n  ]")
        }
    }

    /// Removes an entry of `CAMERAS` and its comma.
    mutating func removeCamera(at index: Int) throws(SettingsError) {
        guard let list = members.first(where: { $0.name == SettingsKey.cameras.name }) else {
            return
        }
        try removeItem(
            index, of: cameraEntries.map(\.bytes),
            inside: list.value.bytes.lowerBound + 1..<list.value.bytes.upperBound - 1)
    }

    private mutating func set(_ name: String, toText value: String) throws(SettingsError) {
        // A placeholder first, so that a value of several lines need not be built.
        try set(name, to: nil)
        guard let member = members.first(where: { $0.name == name }) else { return }
        try replace(member.value.bytes, with: value)
    }

    private func members(at place: Place) -> [JSON.Member] {
        switch place {
        case .top: members
        case .camera(let index): cameraEntries[index].members ?? []
        }
    }

    /// What stands between the braces of an object.
    private func inside(_ place: Place) -> Range<Int> {
        switch place {
        case .top:
            let open = text.firstIndex(of: UInt8(ascii: "{")) ?? 0
            let end = text.lastIndex(of: UInt8(ascii: "}")) ?? text.count
            return open + 1..<max(open + 1, end)
        case .camera(let index):
            let bytes = cameraEntries[index].bytes
            return bytes.lowerBound + 1..<bytes.upperBound - 1
        }
    }

    /// Removes one of several things between brackets, with the comma that is then too much.
    private mutating func removeItem(
        _ index: Int, of items: [Range<Int>], inside: Range<Int>
    ) throws(SettingsError) {
        if index > 0 {
            try replace(items[index - 1].upperBound..<items[index].upperBound, with: "")
        } else if items.count > 1 {
            try replace(items[0].lowerBound..<items[1].lowerBound, with: "")
        } else {
            try replace(inside, with: "")
        }
    }

    /// The spaces and line breaks in front of a place, which a new neighbour copies.
    private func space(before place: Int) -> String {
        let start = text[..<place].lastIndex { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } ?? 0
        return String(decoding: text[(start + 1)..<place], as: UTF8.self)
    }

    private mutating func replace(
        _ bytes: Range<Int>, with new: String
    ) throws(SettingsError) {
        var edited = text
        edited.replaceSubrange(bytes, with: Array(new.utf8))
        self = try SettingsFile(path: path, text: edited)
    }
}

extension JSON {
    /// The value on one line as a person would write it, with a space behind each colon and comma.
    var spaced: String {
        switch content {
        case .object(let members):
            "{"
                + members.map { "\(JSON.quoted($0.name)): \($0.value.spaced)" }
                .joined(separator: ", ") + "}"
        case .array(let elements): "[" + elements.map(\.spaced).joined(separator: ", ") + "]"
        default: text
        }
    }
}
