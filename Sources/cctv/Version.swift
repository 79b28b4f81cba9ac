import AVRemux

/// What `cctv --version` prints.
enum Version {
    static let program = "0.1.0"

    /// The program, and the parts of it that others release.
    static var text: String {
        "cctv \(program) (FFmpeg \(FFmpegVersion.text), Swift \(_SwiftStdlibVersion.current))"
    }
}
