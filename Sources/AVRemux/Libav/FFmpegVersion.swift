internal import CFFmpeg

/// The FFmpeg libraries that the program runs with.
public enum FFmpegVersion {
    /// FFmpeg's release as its libraries name it: `5.1.9-0+deb12u1`.
    public static var text: String { String(cString: av_version_info()) }
}
