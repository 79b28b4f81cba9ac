extension JSON {
    /// The value on one line, without a space that is not in a string.
    var text: String {
        var text = ""
        write(to: &text, indentation: nil)
        return text
    }

    /// The value as people read it: a member per line, two spaces per level.
    var indented: String {
        var text = ""
        write(to: &text, indentation: 0)
        return text
    }

    private func write(to text: inout String, indentation: Int?) {
        switch content {
        case .null: text += "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .number(let digits): text += digits
        case .string(let value): text += JSON.quoted(value)
        case .array(let elements):
            JSON.writeList(elements, "[", "]", to: &text, indentation) { element, text, inner in
                element.write(to: &text, indentation: inner)
            }
        case .object(let members):
            JSON.writeList(members, "{", "}", to: &text, indentation) { member, text, inner in
                text += JSON.quoted(member.name) + (inner == nil ? ":" : ": ")
                member.value.write(to: &text, indentation: inner)
            }
        }
    }

    private static func writeList<Item>(
        _ items: [Item], _ open: String, _ close: String, to text: inout String,
        _ indentation: Int?, _ write: (Item, inout String, Int?) -> Void
    ) {
        let inner = indentation.map { $0 + 2 }
        let newline = { (depth: Int?) in
            depth.map { "\n" + String(repeating: " ", count: $0) } ?? ""
        }
        text += open
        for (index, item) in items.enumerated() {
            text += (index == 0 ? "" : ",") + newline(inner)
            write(item, &text, inner)
        }
        text += (items.isEmpty ? "" : newline(indentation)) + close
    }

    /// Returns a string as a JSON string, quotes included (RFC 8259, 7).
    static func quoted(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<" ", "\u{7F}":
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
