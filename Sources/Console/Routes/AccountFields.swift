import HTTPTypes

/// What a person may be called and which passwords are taken.
enum AccountFields {
    /// Letters, digits and `.`, `_`, `-`, `@`, so that a name can stand in an address.
    static func checkName(_ name: String, field: String = "name") throws(Problem) {
        let isRight =
            (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._-@".utf8.contains(byte)
                }
            }
        guard isRight else {
            throw Problem(
                .unprocessableContent, "user.name",
                "A name has 1 to 64 letters, digits and the signs . _ - @", field: field)
        }
    }

    /// At least eight characters; a long one is as good as a strange one, so nothing else is asked.
    static func checkPassword(_ password: String, field: String = "password") throws(Problem) {
        guard password.count >= 8, password.utf8.count <= 256, !password.utf8.contains(0) else {
            throw Problem(
                .unprocessableContent, "password.length",
                "A password has at least 8 characters and at most 256 bytes.", field: field)
        }
    }

    /// Names of cameras, whether there are such or not: recordings outlive their camera's settings.
    static func checkCameras(_ cameras: [String]?, role: Role) throws(Problem) {
        guard let cameras else { return }
        guard role != .admin else {
            throw Problem(
                .unprocessableContent, "cameras.admin",
                "An administrator sees every camera; choose another role, or all cameras.",
                field: "cameras")
        }
        guard (1...256).contains(cameras.count), cameras.allSatisfy(isCameraName) else {
            throw Problem(
                .unprocessableContent, "cameras.names",
                "Name 1 to 256 cameras, each with 1 to 32 of the letters a-z, digits and '-'.",
                field: "cameras")
        }
    }

    private static func isCameraName(_ name: String) -> Bool {
        (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
            }
    }

    /// What a token is for, in a few words.
    static func checkTokenName(_ name: String) throws(Problem) {
        guard (1...64).contains(name.count) else {
            throw Problem(
                .unprocessableContent, "token.name", "A token's name has 1 to 64 characters.",
                field: "name")
        }
    }
}
