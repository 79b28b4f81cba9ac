import Glibc
import Platform
import TestSupport
import Testing

@testable import Console

struct WebAssetTests {
    /// The names of all files below the folder of the pages.
    private static func names(in folder: String, prefix: String = "") -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var found: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            if Int32(entry.pointee.d_type) == Int32(DT_DIR) {
                found += names(in: folder + "/" + name, prefix: prefix + name + "/")
            } else {
                found.append(prefix + name)
            }
        }
        return found
    }

    @Test func `every file of the pages is in the program; make assets mends it`() {
        let names = Self.names(in: "\(Fixture.project)/Sources/CWebAssets/web")
        #expect(names.contains("index.html"))
        #expect(WebAsset.all.map(\.path).sorted() == names.sorted())
    }

    @Test func `every file has a media type that a browser takes`() {
        for asset in WebAsset.all { #expect(asset.mediaType != "application/octet-stream") }
    }
}
