import AVRemux
import Archive

/// What `cctv --version` prints.
enum Version {
    static let program = "0.1.0"

    /// The program, and the parts of it that others release: `cctv 0.1.0 FFmpeg 5.1.9 ...`.
    static var text: String {
        "cctv \(program) FFmpeg \(FFmpegVersion.text) SQLite \(SQLiteVersion.text) "
            + "Swift \(_SwiftStdlibVersion.current)"
    }
}
