import HTTPTypes
import Hummingbird

/// The cookie of a session (RFC 6265): no script reads it and no other site sends it.
enum SessionCookie {
    /// Its name; with the prefix a browser takes it only from an encrypted page of this very host.
    private static func name(isSecure: Bool) -> String { isSecure ? "__Host-sid" : "sid" }

    /// The value that a request brings.
    static func value(in fields: HTTPFields, isSecure: Bool) -> String? {
        Cookies(from: fields[values: .cookie])[name(isSecure: isSecure)]?.value
    }

    /// The field that makes a browser keep a value for 30 days; nil makes it forget.
    static func field(_ value: String?, isSecure: Bool) -> String {
        let life = value == nil ? 0 : 30 * 86_400
        return "\(name(isSecure: isSecure))=\(value ?? ""); Path=/; Max-Age=\(life); HttpOnly; "
            + "SameSite=Strict" + (isSecure ? "; Secure" : "")
    }
}
