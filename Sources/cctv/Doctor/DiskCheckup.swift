import Glibc
import Platform

/// How long the disk takes to make small writes safe.
struct DiskLatency: Sendable {
    /// Seconds of each write with its `fdatasync`, in order of length.
    var seconds: [Double]

    /// The middle one.
    var median: Double { seconds[seconds.count / 2] }
    /// The longest one.
    var longest: Double { seconds[seconds.count - 1] }

    /// `O_TMPFILE`, which Swift's importer leaves out: a file without a name.
    private static let nameless: Int32 = 0o20_000_000 | O_DIRECTORY
    private static let rounds = 25
    private static let length = 64 << 10

    /// Writes and flushes a file without a name in `folder` some times; nothing stays behind.
    ///
    /// - Throws: `SystemError` if the folder cannot be written.
    static func measure(in folder: String, clocks: any Clocks) throws(SystemError) -> DiskLatency {
        let file = try OwnedDescriptor.open(folder, O_WRONLY | nameless, mode: 0o600)
        let bytes = [UInt8](repeating: 0x5A, count: length)
        var seconds: [Double] = []
        for round in 0..<rounds {
            let began = clocks.monotonic
            let count = pwrite(file.number, bytes, bytes.count, off_t(round * length))
            guard count == bytes.count else { throw SystemError(call: "pwrite", subject: folder) }
            guard fdatasync(file.number) == 0 else {
                throw SystemError(call: "fdatasync", subject: folder)
            }
            seconds.append((clocks.monotonic - began).seconds)
        }
        return DiskLatency(seconds: seconds.sorted())
    }

    /// What the figures mean.
    var finding: Finding {
        let figures =
            "writes are safe after \(Self.milliseconds(median)), the slowest of \(seconds.count) after "
            + "\(Self.milliseconds(longest))"
        if longest > 1 {
            return Finding(
                .bad, "disk", "the disk is slow: \(figures)",
                advice:
                    "frames wait in memory meanwhile; use a faster disk than a network drive or a "
                    + "worn SD card, or fewer cameras")
        }
        return Finding(median > 0.1 ? .note : .good, "disk", figures)
    }

    private static func milliseconds(_ seconds: Double) -> String {
        "\(decimal(seconds * 1000, places: seconds < 0.01 ? 1 : 0)) ms"
    }
}

/// What concerns the machine and no single camera.
enum MachineFindings {
    /// Days that the limit keeps at the cameras' rates, and how fast the disk is, which is tried.
    static func all(_ settings: Settings, _ visits: [DoctorReport.Visit]) -> [Finding] {
        // The limit is for all cameras together: the rates of some tell too many days.
        let rates = visits.compactMap(\.bitrate)
        let isWhole = rates.count == settings.cameras.filter(\.enabled).count
        return [
            DaysKept.finding(
                limit: settings.maxFolderBytes, bitrate: isWhole ? rates.reduce(0, +) : nil),
            disk(settings.outputFolder),
        ]
    }

    private static func disk(_ folder: String) -> Finding {
        do throws(SystemError) {
            return try DiskLatency.measure(in: folder, clocks: SystemClocks()).finding
        } catch {
            return Finding(
                .bad, "disk", "the disk cannot be tried: \(error)",
                advice: "make the folder, mount its disk, or run this as the recorder's user")
        }
    }
}

/// How many days the folder's limit keeps.
enum DaysKept {
    /// - Parameter bitrate: bits per second of all cameras together; nil if it is not known of all.
    static func finding(limit: Int64, bitrate: Double?) -> Finding {
        guard let bitrate, bitrate > 0 else {
            return Finding(
                .note, "days",
                "how long the limit lasts is told when every camera was looked at and gave pictures"
            )
        }
        let days = Double(limit) * 8 / bitrate / 86_400
        let size = decimal(Double(limit) / 1_073_741_824, places: 1)
        return Finding(
            .good, "days",
            "\(size) GB keep about \(decimal(days, places: 1)) days at "
                + "\(decimal(bitrate / 1e6, places: 2)) Mbit/s")
    }
}
