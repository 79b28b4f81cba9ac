import TestSupport
import Testing

@testable import cctv

struct JSONReaderTests {
    private func read(_ text: String) throws -> JSON { try JSONReader.read(Array(text.utf8)) }

    @Test func `members keep the order and the digits of the text`() throws {
        let json = try read(#"{"b":1.50,"a":[true,null,"x"],"c":{"d":-2e3}}"#)
        #expect(json.members?.map(\.name) == ["b", "a", "c"])
        #expect(json.text == #"{"b":1.50,"a":[true,null,"x"],"c":{"d":-2e3}}"#)
    }

    @Test func `escapes give the characters they stand for`() throws {
        #expect(try read(#""\"\\\/\b\f\n\r\té😀""#).string == "\"\\/\u{8}\u{C}\n\r\té😀")
    }

    @Test func `a byte order mark from Windows is no error`() throws {
        #expect(try JSONReader.read([0xEF, 0xBB, 0xBF] + Array("{}".utf8)).members?.count == 0)
    }

    @Test func `a Windows path is told line, column and that a backslash must be doubled`() {
        let text = "{\n  \"OUTPUT_FOLDER\": \"C:\\Users\\me\"\n}"
        let error = #expect(throws: JSONSyntaxError.self) { try read(text) }
        #expect(error?.place == TextPlace(line: 2, column: 23))
        #expect(error?.problem.contains("backslash in text must be doubled") == true)
    }

    @Test func `columns count characters and not bytes`() {
        let error = #expect(throws: JSONSyntaxError.self) { try read("{\"größe\" 1}") }
        #expect(error?.place == TextPlace(line: 1, column: 10))
    }

    @Test(arguments: [#"{"PASSWORD": hunter2}"#, "{\"PASSWORD\": \"hunter2\n}"])
    func `a password without its quotes is not shown`(_ text: String) {
        let error = #expect(throws: JSONSyntaxError.self) { try read(text) }
        #expect(error?.description.contains("hunter") == false)
    }

    @Test(arguments: [
        ("", "the file ends where a value must stand"),
        ("{", "a key between double quotes must stand here, not the end of the file"),
        (#"{"a":1,}"#, "no comma may stand before a closing brace"),
        (#"[1,]"#, "no comma may stand before a closing bracket"),
        (#"{"a" 1}"#, "a colon must follow the key \"a\", not '1'"),
        (#"{"a":1 "b":2}"#, "a comma or a closing brace must stand before '\"'"),
        (#"{"a":1,"a":2}"#, "the key \"a\" is already set in line 1"),
        ("{\"a\":\"x\n\"}", "has no closing quote"),
        (#"{"a":"x}"#, "has no closing quote"),
        (#"{'a':1}"#, "a key between double quotes"),
        (#"{"a":'x'}"#, "not single ones"),
        (#"{"a":True}"#, "write true in small letters"),
        (#"{"a":yes}"#, "text must stand between double quotes"),
        (#"{"a":1} x"#, "nothing may follow"),
        ("// settings\n{}", "JSON has no comments"),
        (#"{"a":01}"#, "spare 0"),
        (#"{"a":1.}"#, "digits must follow the decimal point"),
        (#"{"a":1e}"#, "digits must follow the exponent"),
        (#"{"a":"\u12"}"#, "backslash"),
        (#"{"a":"\ud800"}"#, "half of a character"),
        ("{\"a\":\"\u{1}\"}", "control character"),
        (String(repeating: "[", count: 100), "more than 64 levels"),
    ])
    func `every mistake is named`(_ text: String, _ words: String) {
        let error = #expect(throws: JSONSyntaxError.self) { try read(text) }
        #expect(error?.problem.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test func `a file in UTF-16 or Latin-1 is named as such`() {
        let utf16 = #expect(throws: JSONSyntaxError.self) {
            try JSONReader.read([0xFF, 0xFE, 0x7B, 0])
        }
        #expect(utf16?.problem.contains("UTF-16") == true)
        let latin1 = #expect(throws: JSONSyntaxError.self) {
            try JSONReader.read([0x22, 0xE9, 0x22])
        }
        #expect(latin1?.problem.contains("UTF-8") == true)
    }

    @Test func `what is written is read back the same`() throws {
        let text = "\u{0}\u{1F}\"\\/é😀\u{7F}\n"
        #expect(try read(JSON(text).text).string == text)
        let value: JSON = ["a": [1, true, nil, "x"], "b": [:], "c": []]
        #expect(try read(value.indented).text == value.text)
    }

    @Test func `damaged text never crashes the reader and what it accepts is stable`() throws {
        let seed = Array(
            #"{"A":"x\"\\é😀","B":[1,-2.5e3,true,false,null,{"C":{}}],"D":"q"}"#.utf8)
        var random = SeededGenerator(seed: 7)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0...random.next(below: 3) {
                let position = random.next(below: bytes.count)
                switch random.next(below: 3) {
                case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: position)
                default: bytes.insert(bytes[random.next(below: bytes.count)], at: position)
                }
            }
            guard let json = try? JSONReader.read(bytes) else { continue }
            accepted += 1
            #expect(try read(json.text).text == json.text)
        }
        #expect(accepted > 100)
    }
}

extension TextPlace {
    fileprivate init(line: Int, column: Int) {
        let text = String(repeating: "\n", count: line - 1) + String(repeating: " ", count: column)
        self.init(of: line - 1 + column - 1, in: Array(text.utf8))
    }
}

extension SeededGenerator {
    fileprivate mutating func next(below limit: Int) -> Int {
        Int.random(in: 0..<limit, using: &self)
    }
}
