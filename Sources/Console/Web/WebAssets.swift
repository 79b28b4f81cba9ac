import CWebAssets
import NIOCore

/// A file of the web pages, inside the program.
struct WebAsset: Sendable {
    /// Relative to its folder: `index.html`, `live/player.js`.
    let path: String
    let bytes: ByteBuffer

    /// Every file of the pages.
    static let all = files(in: "web/")
    /// The parts of the API's document.
    static let api = files(in: "api/")

    private static func files(in folder: String) -> [WebAsset] {
        UnsafeBufferPointer(start: web_assets(), count: web_asset_count).compactMap { asset in
            let path = String(cString: asset.path)
            guard path.hasPrefix(folder) else { return nil }
            return WebAsset(
                path: String(path.dropFirst(folder.utf8.count)),
                bytes: ByteBuffer(
                    bytes: UnsafeBufferPointer(start: asset.bytes, count: asset.size)))
        }
    }

    /// The media type that the name's ending stands for.
    var mediaType: String {
        switch path.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json": "application/json"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "webmanifest": "application/manifest+json"
        default: "application/octet-stream"
        }
    }

    /// The same as long as the bytes are: FNV-1a in 64 bits, for telling versions apart.
    var entityTag: String {
        let hash = bytes.readableBytesView.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return "\"\(String(hash, radix: 16))-\(bytes.readableBytes)\""
    }
}
