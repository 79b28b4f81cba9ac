import ISOBMFF
import Platform
import TestSupport

/// Makes a fragment of each picture of a clip.
final class PictureBuilder {
    private var builder: FragmentBuilder

    init(tracks: [TrackDescription]) { builder = FragmentBuilder(tracks: tracks) }

    func fragment(
        of bytes: [UInt8], track: UInt32, decodeTime: UInt64, duration: UInt32, wall: WallTime
    ) -> Fragment? {
        bytes.withUnsafeBytes {
            _ = builder.append(
                track: track, decodeTime: decodeTime,
                sample: TrackSample(
                    duration: duration, size: UInt32(bytes.count), compositionOffset: 0,
                    isSync: true),
                wallNanoseconds: wall.nanoseconds, bytes: $0)
        }
        return builder.flush()
    }
}

/// A picture that says whose it is and which.
enum NumberedPicture {
    private static let mark = Array("picture:".utf8)

    static func bytes(
        camera: Int, number: UInt32, using random: inout SeededGenerator
    ) -> [UInt8] {
        let filler = [UInt8](repeating: 0x5a, count: Int.random(in: 8...400, using: &random))
        let body =
            [0x65, 0x9a] + mark + [UInt8(camera)]
            + (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } + filler
        let length = UInt32(body.count)
        return (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - $0 * 8)) } + body
    }

    /// The numbers of the pictures in a clip's file, in the order of the file.
    static func numbers(in file: [UInt8], camera: Int) -> [UInt32] {
        var found: [UInt32] = []
        file.withUnsafeBytes { bytes in
            var index = 0
            let end = bytes.count - mark.count - 5
            while index < end {
                guard bytes[index] == mark[0], bytes[index + 7] == mark[7],
                    (1..<7).allSatisfy({ bytes[index + $0] == mark[$0] })
                else {
                    index += 1
                    continue
                }
                index += mark.count
                if Int(bytes[index]) == camera {
                    found.append(
                        (0..<4).reduce(UInt32(0)) {
                            $0 | UInt32(bytes[index + 1 + $1]) << UInt32($1 * 8)
                        })
                }
                index += 5
            }
        }
        return found
    }
}
