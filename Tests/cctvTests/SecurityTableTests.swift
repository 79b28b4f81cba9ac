import Platform
import TestSupport
import Testing

@testable import cctv

/// docs/design/security.md names what defends each promise, and a test that there is.
struct SecurityTableTests {
    private static let promises = [
        "This machine only", "No default password", "Setup token", "Roles", "Cameras", "Tokens",
        "Password hashes", "Guessing", "No user is told", "Sessions", "Cookie", "Restart",
        "Revocation", "Other sites", "JSON only", "No CORS", "GET", "Host", "Headers", "TLS",
        "HSTS",
        "Proxies", "Files", "Camera's address", "Targets", "Redirects", "Passwords", "Process",
        "Files of secrets", "Settings", "Header limit", "Header deadline", "Body limit",
        "Body deadline",
        "Connections", "Slow viewers", "Garbage", "Service",
    ]

    @Test func `every promise of the security model has a test, and each named test exists`()
        throws
    {
        let page = String(
            decoding: try WholeFile.read("\(NamedTests.root)/docs/design/security.md"),
            as: UTF8.self)
        let rows = page.split(separator: "\n").compactMap { line -> [String]? in
            let cells = line.split(separator: "|").map(\.trimmingBlanks)
            return cells.count == 3 && cells[2].hasPrefix("`") ? cells : nil
        }
        #expect(rows.map { $0[0] } == Self.promises)
        let tests = try NamedTests()
        for row in rows {
            for name in NamedTests.names(in: row[2]) {
                #expect(tests.have(name), "\(row[0]): there is no test \(name)")
            }
        }
    }
}
