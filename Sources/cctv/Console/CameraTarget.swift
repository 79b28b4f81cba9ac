import Console
import Glibc
import RTSP

/// Addresses at which the console lets nobody look for a camera.
///
/// Whoever may add cameras makes this machine connect to any address. Where only the network itself or
/// the landlord of a rented machine answers there is no camera; one that really has such an address
/// goes into the settings file by hand. This machine itself is allowed: relays of cameras run there.
enum CameraTarget {
    /// Returns why an address is refused; nil for one that is not, and for every name.
    static func refusal(of host: String) -> String? {
        guard let kind = kind(of: host) else { return nil }
        return
            "\(host) is \(kind), where no camera is looked for from the console; if there really "
            + "is one, put it into the settings file."
    }

    private static func kind(of host: String) -> String? {
        if let bytes = v4(host) { return kind(of: bytes) }
        var address = in6_addr()
        guard inet_pton(AF_INET6, String(host.prefix { $0 != "%" }), &address) == 1 else {
            return nil
        }
        let bytes = withUnsafeBytes(of: &address) { Array($0) }
        // RFC 4291, 2.5: an IPv4 address within IPv6 is that IPv4 address.
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == bytes[11],
            [0, 0xff].contains(bytes[10]), bytes.suffix(4) != [0, 0, 0, 1]
        {
            return kind(of: Array(bytes.suffix(4)))
        }
        switch (bytes[0], bytes[1] & 0xc0) {
        case (0xff, _): return "an address of many machines"
        case (0xfe, 0x80): return "a link-local address"
        default:
            // AWS's metadata service; the others' are link-local.
            let metadata: [UInt8] = [0xfd, 0x00, 0x0e, 0xc2]
            return bytes.starts(with: metadata) && bytes.suffix(2) == [0x02, 0x54]
                ? "an address of a rented machine's landlord" : nil
        }
    }

    private static func kind(of bytes: [UInt8]) -> String? {
        switch (bytes[0], bytes[1]) {
        case (0, _): "no machine's address"
        case (169, 254): "a link-local address"
        case (224...239, _), (255, _): "an address of many machines"
        default: nil
        }
    }

    /// Reads what resolvers read as an IPv4 address, also `0xa9fea9fe` and `169.16689638`.
    private static func v4(_ host: String) -> [UInt8]? {
        var address = in_addr()
        guard inet_aton(host, &address) != 0 else { return nil }
        return withUnsafeBytes(of: &address) { Array($0) }
    }
}

extension CameraURL {
    /// Reads an address that a person typed.
    init(checking text: String) throws(RecorderFailure) {
        do throws(CameraURLError) { try self.init(parsing: text) } catch {
            throw RecorderFailure(
                .invalid, code: "camera.url", Redaction.redacted("\(error)"), field: "url")
        }
        if let refusal = CameraTarget.refusal(of: host) {
            throw RecorderFailure(.invalid, code: "camera.target", refusal, field: "url")
        }
    }
}
