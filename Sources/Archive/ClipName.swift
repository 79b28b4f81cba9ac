public import Platform

/// Where a clip lies in its volume: `[NAME/]2025-02-23/2025-02-23_10-00-00.mp4`, in local time.
///
/// The name is a label for people. The truth about camera and time is inside the file, because
/// local time repeats an hour every autumn and a clock may step.
public struct ClipName: Hashable, Sendable {
    /// The day folder, relative to the volume, without a slash at its end.
    public let folder: String
    /// The file's name without its suffix.
    public let stem: String

    /// Names a clip.
    ///
    /// - Parameters:
    ///   - camera: the camera's `NAME`; nil for the one camera of `RTSP_URL`.
    ///   - start: its hour in the zone of `TZ` or `/etc/localtime` becomes the name.
    public init(camera: String?, start: WallTime) {
        let local = LocalTime(start)
        folder = Self.dayFolder(camera: camera, local)
        stem = "\(local.day)_\(local.timeOfDay)"
    }

    /// Returns the path for the `attempt`th try: the first plain, then `_2`, `_3` and so on.
    public func path(attempt: Int) -> String {
        attempt <= 1 ? "\(folder)/\(stem).mp4" : "\(folder)/\(stem)_\(attempt).mp4"
    }

    /// Returns the folder of a camera's clips of the day that `time` falls on.
    public static func dayFolder(camera: String?, at time: WallTime) -> String {
        dayFolder(camera: camera, LocalTime(time))
    }

    private static func dayFolder(camera: String?, _ local: LocalTime) -> String {
        camera.map { "\($0)/\(local.day)" } ?? local.day
    }

    /// Tells whether a file name has the shape of a clip's, which foreign files rarely have.
    public static func isClip(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard name.hasSuffix(".mp4"), bytes.count >= 23 else { return false }
        guard isDay(String(name.prefix(10))), matches(bytes[10..<19], "_dd-dd-dd") else {
            return false
        }
        let rest = bytes[19..<(bytes.count - 4)]
        return rest.isEmpty
            || (rest.count > 1 && matches(rest.prefix(1), "_")
                && rest.dropFirst().allSatisfy(isDigit))
    }

    /// Tells whether a folder's name is a day: `2025-02-23`.
    public static func isDay(_ name: String) -> Bool {
        matches(Array(name.utf8)[...], "dddd-dd-dd")
    }

    /// Compares byte by byte; `d` in the pattern stands for a digit.
    private static func matches(_ bytes: ArraySlice<UInt8>, _ pattern: String) -> Bool {
        bytes.count == pattern.utf8.count
            && zip(bytes, pattern.utf8).allSatisfy { byte, mark in
                mark == UInt8(ascii: "d") ? isDigit(byte) : byte == mark
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
